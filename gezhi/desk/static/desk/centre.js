// X ticks the row that J and K chose, C urges it, S asks for a sentence and then supervises. With rows ticked they are meant.
(function () {
  "use strict";
  var form = document.querySelector("[data-acts]");
  if (!form) return;
  var note = form.querySelector("#act_note"), picked = form.querySelector("[data-picked]"), waiting = null;
  function ticked() { return form.querySelectorAll("input[name=number]:checked"); }
  function told() {
    var n = ticked().length;
    picked.hidden = !n;
    picked.querySelector("b").textContent = n;
    form.querySelectorAll("input[name=number]").forEach(function (box) { box.closest("tr").classList.toggle("ticked", box.checked); });
  }
  function chosen(key) {
    var row = form.querySelector("tr.sel");
    if (ticked().length) return form.querySelector('[data-all="' + key + '"]');
    return row && row.querySelector('[data-act="' + key + '"]');
  }
  function words(button) {
    if (note.value.trim()) return true;
    waiting = button;
    note.focus();
    return false;
  }
  form.addEventListener("change", told);
  form.addEventListener("click", function (event) {
    var button = event.target.closest("button[name=act]");
    var worded = button && (button.hasAttribute("data-worded") || button.dataset.all === "s");
    if (worded && !words(button)) event.preventDefault();
  });
  note.addEventListener("keydown", function (event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (waiting && note.value.trim()) waiting.click();
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    var row = form.querySelector("tr.sel");
    if (event.key === "x" && row) { var box = row.querySelector("input"); box.checked = !box.checked; told(); }
    else if (event.key === "c" || event.key === "s") {
      var button = chosen(event.key);
      if (button) { event.preventDefault(); button.click(); }
    }
  });
  told();
})();
