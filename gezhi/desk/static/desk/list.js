// J and K walk the rows; Enter takes up what the row asks for, or opens it; O opens. Without it all are plain links.
(function () {
  "use strict";
  var rows = Array.prototype.filter.call(document.querySelectorAll("[data-rows] tr"), function (row) { return row.querySelector("a.t1"); });
  var at = -1;
  function go(to) {
    if (at >= 0) rows[at].classList.remove("sel");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("sel");
    (rows[at].querySelector("a.act2") || rows[at].querySelector("a.t1")).focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if (!rows.length || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at < 0 ? 0 : at - 1);
    else if (event.key === "o" && at >= 0) rows[at].querySelector("a.t1").click();
    else if (event.key === "Escape" && at >= 0) { rows[at].classList.remove("sel"); at = -1; document.activeElement.blur(); }
  });
})();
