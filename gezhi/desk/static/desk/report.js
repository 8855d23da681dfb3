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
        var some = false, head = section.querySelector(".cat").textContent.toLowerCase();
        section.querySelectorAll(".pick").forEach(function (pick) {
          var text = head + " " + pick.textContent.toLowerCase(), fits = words.every(function (word) { return text.indexOf(word) >= 0; });
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

  function names() {
    var way = form.querySelector("input[name=reporting]:checked"), box = form.querySelector("[data-named]");
    box.hidden = !way || way.value === "anonymous" || way.value === "staff";
    if (box.hidden) box.querySelectorAll("input").forEach(function (input) { input.value = ""; });
  }
  form.addEventListener("change", function (event) { if (event.target.name === "reporting") names(); });
  names();
})();
