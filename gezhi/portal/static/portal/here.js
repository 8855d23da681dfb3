// Where one stands, or an address while one types it: either leads on to who answers for that place.
(function () {
  "use strict";
  var form = document.querySelector("form[data-place]");
  if (!form) return;
  var mine = form.querySelector("[data-mine]"), told = form.querySelector("[data-placed]"), box = form.querySelector("[data-suggest]");
  var field = box.querySelector("input"), hits = box.querySelector("[data-hits]"), timer = 0, asked = 0;
  function go(lon, lat) { form.elements.lon.value = lon; form.elements.lat.value = lat; form.submit(); }
  if (navigator.geolocation && window.isSecureContext) {
    mine.hidden = false;
    mine.addEventListener("click", function () {
      told.textContent = mine.dataset.asking;
      navigator.geolocation.getCurrentPosition(function (at) { go(at.coords.longitude.toFixed(6), at.coords.latitude.toFixed(6)); },
        function () { told.textContent = mine.dataset.denied; field.focus(); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
    });
  }
  function show(found) {
    hits.textContent = "";
    found.forEach(function (hit) {
      var li = document.createElement("li"), button = document.createElement("button"), small = document.createElement("small");
      button.type = "button"; button.textContent = hit.address; small.textContent = hit.names; button.append(small);
      button.addEventListener("click", function () { go(hit.lon, hit.lat); });
      li.append(button); hits.append(li);
    });
    hits.hidden = !found.length;
  }
  field.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      var one = ++asked, said = field.value.trim();
      if (said.length < 2) { show([]); return; }
      fetch(box.dataset.suggest + "?q=" + encodeURIComponent(said)).then(function (r) { return r.ok ? r.json() : []; }).then(function (found) { if (one === asked) show(found); }).catch(function () { show([]); });
    }, 220);
  });
  form.addEventListener("submit", function (event) { if (!form.elements.lon.value && !field.value.trim()) { event.preventDefault(); field.focus(); } });
})();
