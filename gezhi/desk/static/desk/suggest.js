// Asks what the words offer when somebody pauses or leaves the field, and lays the answer where it belongs.
// Without JavaScript the button beside the field asks for the whole page anew.
(function () {
  "use strict";
  var form = document.querySelector("form[data-offers]");
  if (!form) return;
  var text = form.elements.text, list = document.getElementById("items"), timer = 0, held = null;

  function part(name) { return form.querySelector('[data-part="' + name + '"]'); }
  // What stands above the list waits while a hand is in it: it would push the line away from under the pointer.
  function busy() { return list.matches(":hover") || Boolean(list.querySelector(":focus-visible")); }
  function lay(html, now) {
    var made = new DOMParser().parseFromString(html, "text/html"), hand = form.querySelector("input[name=item]:checked");
    held = null;
    made.querySelectorAll("[data-part]").forEach(function (fresh) {
      var old = part(fresh.dataset.part);
      if (fresh.dataset.part === "items" && !now && busy()) { held = html; return; }
      if (!old || old.innerHTML === fresh.innerHTML || old.contains(document.activeElement)) return;
      if (fresh.dataset.part === "places" && !fresh.children.length) old.style.minHeight = old.offsetHeight + "px";  // answered: what stands below stays where it is
      old.innerHTML = fresh.innerHTML;
    });
    if (hand && !hand.isConnected) choose(hand);
  }
  // What a hand chose among the offers stays chosen there, whatever the words offer next.
  function choose(hand) {
    var box = part("items"), same = box.querySelector('input[name=item][value="' + CSS.escape(hand.value) + '"]'), offers = box.querySelector(".offers");
    if (!same && !offers) { offers = document.createElement("div"); offers.className = "pickbox offers"; box.append(offers); }
    if (!same) { offers.prepend(hand.closest("label")); same = hand; }
    same.checked = true;
  }
  function read() {
    var data = new FormData();
    ["csrfmiddlewaretoken", "text", "address", "lon", "lat", "unit"].forEach(function (name) { data.append(name, form.elements[name].value); });
    if (form.elements.nowhere && form.elements.nowhere.checked) data.append("nowhere", "on");
    return data;
  }
  var question = gzAsks(form.dataset.offers, read, lay);
  function ask() { clearTimeout(timer); question.ask(); }
  text.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(ask, 500); });
  form.addEventListener("change", function (event) {
    if (event.target === text || /^(address|lon|lat|unit|nowhere)$/.test(event.target.name)) ask();
  });
  form.addEventListener("gz:placed", ask);
  ["pointerleave", "keyup"].forEach(function (name) {
    form.addEventListener(name, function () { if (held && !busy()) lay(held); }, true);
  });
  form.addEventListener("submit", function () { if (held) lay(held, true); }, true);  // what was suggested is kept beside what was chosen
  form.addEventListener("click", function (event) {
    var take = event.target.closest("[name=take]");
    if (event.target.closest("[name=suggest]")) { event.preventDefault(); question.anew(); ask(); return; }
    if (!take) return;
    event.preventDefault();
    if (take.dataset.unit) { form.elements.unit.closest("details").open = true; form.elements.unit.value = take.dataset.unit; }
    else ["address", "lon", "lat"].forEach(function (name) { form.elements[name].value = take.dataset[name]; });
    form.elements[take.dataset.unit ? "unit" : "address"].focus();
    form.dispatchEvent(new CustomEvent("gz:placed"));
  });
  if (text.value.trim() && !part("items").children.length) ask();
})();
