// Addresses while one types; choosing one puts its point beside it.
(function () {
  "use strict";
  var suggest = document.querySelector("form [data-suggest]");
  if (!suggest) return;
  var form = suggest.closest("form"), hits = suggest.querySelector("[data-hits]"), address = suggest.querySelector("input"), timer = 0, asked = 0;
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
  // Once a place is given, or it is said that it is not known, nobody is asked for it any longer. Before others hear
  // of it: they take back what the field itself was told.
  function placed() {
    var asked = form.querySelector('[data-field="nowhere"].wrong');
    var given = ["address", "lon", "lat", "unit"].some(function (name) { return form.elements[name].value.trim(); });
    if (!asked || !(given || form.elements.nowhere.checked)) return;
    [asked, suggest].forEach(function (field) {
      field.classList.remove("wrong");
      field.querySelector("[data-say]").textContent = "";
    });
  }
  form.addEventListener("input", placed, true);
  form.addEventListener("gz:placed", placed);
  if (form.elements.unit.value) form.elements.unit.closest("details").open = true;
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
