// A new report: items that match what is typed, names only where they are kept.
(function () {
  "use strict";
  var form = document.querySelector("form[data-report]");
  if (!form) return;

  document.querySelectorAll("[data-sieve]").forEach(function (field) {
    var box = document.querySelector(field.dataset.sieve);
    field.addEventListener("input", function () {
      var words = field.value.trim().toLowerCase().split(/\s+/), any = false;
      box.querySelectorAll("section").forEach(function (section) {
        var some = false;
        section.querySelectorAll(".pick").forEach(function (pick) {
          var text = (pick.dataset.cat || section.querySelector(".cat").textContent).toLowerCase() + " " + pick.textContent.toLowerCase(), fits = words.every(function (word) { return text.indexOf(word) >= 0; });
          pick.hidden = !fits; some = some || fits;
        });
        section.hidden = !some; any = any || some;
      });
      box.querySelector("[data-none]").hidden = any;
    });
    field.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" && event.key !== "ArrowDown") return;
      event.preventDefault();
      var first = box.querySelector("section:not([hidden]) .pick:not([hidden]) input");
      if (first) { if (event.key === "Enter") first.checked = true; first.focus(); }
    });
  });

  // Items whose name shares two characters in a row with what was written come first, in the model's order. They are
  // moved as one writes, never while somebody is in the list or points at it, and told when the field is left: not at every letter.
  (function () {
    var text = form.elements.text, box = document.getElementById("items"), first = box.querySelector("[data-alike]"), timer = 0;
    var said = form.querySelector("[data-alike-say]"), picks = Array.prototype.map.call(box.querySelectorAll(".pick"), function (pick) {
      var section = pick.parentNode;
      pick.dataset.cat = section.querySelector(".cat").textContent;
      return { pick: pick, home: section, pairs: pairs(pick.querySelector("span").textContent) };
    });
    function pairs(words) {
      var found = [];
      (words.match(/[\u3400-\u9fff]{2,}/g) || []).forEach(function (run) {
        for (var at = 0; at < run.length - 1; at++) found.push(run.slice(at, at + 2));
      });
      return found;
    }
    function sort() {
      if (box.contains(document.activeElement) || box.matches(":hover")) return;  // nothing moves under a hand
      var written = text.value, top = box.scrollTop, before = Array.prototype.slice.call(first.querySelectorAll(".pick"));
      var fits = picks.filter(function (one) { return one.pairs.some(function (pair) { return written.indexOf(pair) >= 0; }); });
      if (before.length === fits.length && fits.every(function (one, at) { return one.pick === before[at]; })) return;
      picks.forEach(function (one) { (fits.indexOf(one) < 0 ? one.home : first).append(one.pick); });
      picks.forEach(function (one) { one.home.hidden = !one.home.querySelector(".pick:not([hidden])"); });
      first.hidden = !first.querySelector(".pick:not([hidden])");
      box.scrollTop = fits.length ? 0 : top;
    }
    function tell() {
      clearTimeout(timer); sort();
      var many = first.querySelectorAll(".pick").length;
      said.textContent = many ? said.dataset.alikeSay.replace("{n}", many) : "";
    }
    text.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(sort, 200); });
    text.addEventListener("change", tell);
    sort();
  })();

  function names() {
    var way = form.querySelector("input[name=reporting]:checked"), box = form.querySelector("[data-named]");
    box.hidden = !way || way.value === "anonymous" || way.value === "staff";
    if (box.hidden) box.querySelectorAll("input").forEach(function (input) { input.value = ""; });
  }
  form.addEventListener("change", function (event) { if (event.target.name === "reporting") names(); });
  names();
})();
