// A canned answer goes into the note where the caret stands; nothing is sent, and the preview follows.
(function () {
  "use strict";
  var into = document.querySelector('form [name="into"]');
  document.querySelectorAll("[data-into]").forEach(function (button) {
    button.addEventListener("click", function (event) {
      if (!into) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      into.value = button.value;
      into.dispatchEvent(new Event("input", { bubbles: true }));
      into.focus();
    });
  });
  var box = document.querySelector("[data-phrases]"), note = document.querySelector('form [name="note"]');
  if (!box || !note) return;
  var list = box.querySelector("select");
  function put(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    var chosen = list.options[list.selectedIndex], text = chosen && chosen.dataset.text;
    if (!text) { list.focus(); return; }
    note.focus();
    note.setRangeText(text, note.selectionStart, note.selectionEnd, "end");
    note.dispatchEvent(new Event("input", { bubbles: true }));
    var open = /[{\uff5b]{2}[^{}\uff5b\uff5d\n]{1,24}[}\uff5d]{2}/.exec(note.value);
    if (open) note.setSelectionRange(open.index, open.index + open[0].length);
    list.selectedIndex = 0;
  }
  box.querySelector("[data-fill]").addEventListener("click", put);
})();
