// A new report: items that match what is typed, addresses while one types, names only where they are kept.
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

  var suggest = form.querySelector("[data-suggest]"), hits = suggest.querySelector("[data-hits]"), address = suggest.querySelector("input"), timer = 0, asked = 0;
  function close() { hits.hidden = true; hits.textContent = ""; }
  function choose(hit) {
    address.value = hit.address;
    form.elements.lon.value = hit.lon; form.elements.lat.value = hit.lat;
    close(); address.focus();
    form.dispatchEvent(new CustomEvent("gz:placed"));
  }
  function show(found) {
    hits.textContent = "";
    found.forEach(function (hit) {
      var li = document.createElement("li"), button = document.createElement("button"), small = document.createElement("small");
      button.type = "button"; button.textContent = hit.address + " "; small.className = "muted"; small.textContent = hit.names;
      button.append(small); button.addEventListener("click", function () { choose(hit); });
      li.append(button); hits.append(li);
    });
    hits.hidden = !found.length;
  }
  address.setAttribute("autocomplete", "off");
  address.addEventListener("input", function () {
    clearTimeout(timer);
    if (address.value.trim().length < 2) { close(); return; }
    timer = setTimeout(function () {
      var mine = ++asked;
      fetch(suggest.dataset.suggest + "?q=" + encodeURIComponent(address.value.trim())).then(function (r) { return r.json(); })
        .then(function (found) { if (mine === asked) show(found); }).catch(close);
    }, 180);
  });
  suggest.addEventListener("keydown", function (event) {
    var buttons = Array.prototype.slice.call(hits.querySelectorAll("button")), at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    if (!buttons.length || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    (buttons[at + (event.key === "ArrowDown" ? 1 : -1)] || (event.key === "ArrowUp" ? address : buttons[0])).focus();
  });
  document.addEventListener("click", function (event) { if (!suggest.contains(event.target)) close(); });
})();
