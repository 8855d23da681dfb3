// J and K, or the arrows from the search box on, walk the rows; Enter takes up what the row asks for, or opens it; O opens. Without it all are plain links.
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
  // From the first row up again: into the box the search came from.
  function back() {
    var boxes = Array.prototype.filter.call(document.querySelectorAll("[data-box]"), function (one) { return one.offsetParent; });
    rows[at].classList.remove("sel");
    at = -1;
    if (boxes.length) { boxes[boxes.length - 1].focus(); boxes[boxes.length - 1].select(); }
  }
  document.addEventListener("keydown", function (event) {
    if (!rows.length || event.ctrlKey || event.metaKey || event.altKey) return;
    var box = event.target.closest("[data-box]");
    if (box && event.key === "ArrowDown") { event.preventDefault(); at = -1; go(0); return; }
    if (event.target.closest("input, textarea, select")) return;
    var walks = at >= 0 && rows[at].contains(document.activeElement);
    if (walks && event.key === "ArrowUp" && at === 0) { event.preventDefault(); back(); }
    else if (event.key === "j" || (walks && event.key === "ArrowDown")) { event.preventDefault(); go(at + 1); }
    else if (event.key === "k" || (walks && event.key === "ArrowUp")) { event.preventDefault(); go(at < 0 ? 0 : at - 1); }
    else if (event.key === "o" && at >= 0) rows[at].querySelector("a.t1").click();
    else if (event.key === "Escape" && at >= 0) { rows[at].classList.remove("sel"); at = -1; document.activeElement.blur(); }
  });
})();
