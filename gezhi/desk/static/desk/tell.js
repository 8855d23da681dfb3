// The message to the reporter as it will be sent, while one writes; its length as short messages count.
(function () {
  "use strict";
  var boxes = document.querySelectorAll("[data-foretold]"), note = document.querySelector('form [name="note"]');
  if (!boxes.length || !note) return;
  function say() {
    var said = note.value.trim().replace(/\u3002+$/, "");
    boxes.forEach(function (box) {
      var mark = box.querySelector("[data-note]"), count = box.querySelector("[data-count]");
      if (mark && said) mark.textContent = said;
      if (mark && !said) mark.textContent = mark.dataset.note;
      var whole = box.querySelector("[data-whole]").textContent.length;
      if (mark && !said) whole -= mark.textContent.length;
      whole = Math.min(whole, 500);
      count.textContent = count.dataset.count.replace("{n}", whole).replace("{parts}", whole <= 70 ? 1 : Math.ceil(whole / 67));
    });
  }
  note.addEventListener("input", say); say();
})();
