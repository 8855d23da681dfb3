// What the checker says of each model, asked one after another; ticking many; printing; and a form that may be sent again.
(function () {
  "use strict";
  var lines = Array.prototype.slice.call(document.querySelectorAll("[data-check]"));
  (function next() {
    var line = lines.shift();
    if (!line) return;
    fetch(line.dataset.check, { credentials: "same-origin" }).then(function (answer) { return answer.json(); }).then(function (said) {
      if (said.said) line.textContent = said.said;
    }).catch(function () { /* the card says enough without it */ }).then(next);
  })();
  document.addEventListener("click", function (event) {
    var tick = event.target.closest("[data-tick]");
    if (tick) {
      var boxes = document.querySelectorAll('input[name="who"]:not([data-slip])');
      Array.prototype.forEach.call(boxes, function (box, n) { box.checked = n < Number(tick.dataset.tick); });
    }
    if (event.target.closest("[data-print]")) window.print();
  });
})();
// The list under a field of units, made of what was typed so far. Without it the widest units stand there.
(function () {
  "use strict";
  var asked = 0;
  document.addEventListener("input", function (event) {
    var field = event.target, list = field.list;
    if (!field.dataset || !field.dataset.units || !list || event.inputType === undefined) return;
    var mine = ++asked;
    setTimeout(function () {
      if (mine !== asked) return;
      fetch(field.dataset.units + "?q=" + encodeURIComponent(field.value), { credentials: "same-origin" }).then(function (answer) { return answer.json(); }).then(function (said) {
        if (mine !== asked) return;
        list.textContent = "";
        said.units.forEach(function (name) { var option = document.createElement("option"); option.value = name; list.append(option); });
      }).catch(function () { /* what stands there already is offered on */ });
    }, 150);
  });
})();
// A part that an address names is open.
(function () {
  "use strict";
  function open() { var part = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1))); if (part && part.tagName === "DETAILS") { part.open = true; part.scrollIntoView(); } }
  window.addEventListener("hashchange", open);
  open();
})();
// One change of the ground asks only what it needs. Without this every field stands there.
(function () {
  "use strict";
  var form = document.querySelector(".oneplace");
  if (!form) return;
  function follow() { form.dataset.do = form.elements.do.value; }
  form.addEventListener("change", follow);
  window.addEventListener("pageshow", follow);
  follow();
})();
