// The report page: what the words offer, where one stands, a map only for whoever asks for one.
(function () {
  "use strict";
  var form = document.querySelector("form[data-look]");
  if (!form) return;
  var text = form.elements.text, parts = form.querySelector("[data-looked]"), promise = form.querySelector("[data-promise]"), near = form.querySelector("[data-near]");
  var where = form.querySelector("[data-field=address]"), told = where.querySelector("[data-placed]"), here = where.querySelector("[data-mine]");
  var timer = 0;
  function field(name) { return form.elements[name]; }
  function part(name) { return parts.querySelector('[data-part="' + name + '"]'); }

  // ── chosen chips look chosen ──
  function chosen() {
    form.querySelectorAll(".chip input[type=radio]").forEach(function (one) { one.closest(".chip").classList.toggle("on", one.checked); });
    var way = form.querySelector("input[name=reporting]:checked");
    form.querySelectorAll("[data-way]").forEach(function (one) { one.hidden = !way || one.dataset.way !== way.value; });
    form.querySelector("[data-named]").hidden = !!way && way.value === "anonymous";
  }
  function item() { var one = form.querySelector("input[name=item]:checked"); return one ? one.value : ""; }

  // ── what the words offer ──
  function lay(html) {
    var made = new DOMParser().parseFromString(html, "text/html"), held = item();
    made.querySelectorAll("[data-part]").forEach(function (fresh) {
      if (fresh.dataset.part === "promise") { promise.innerHTML = fresh.innerHTML; return; }
      if (fresh.dataset.part === "lies") { if (fresh.innerHTML) told.textContent = fresh.innerHTML; return; }
      if (fresh.dataset.part === "near") { layNear(fresh.innerHTML); return; }
      var old = part(fresh.dataset.part);
      if (fresh.dataset.part === "items" && fresh.querySelector(".chip")) calm();
      if (old && old.innerHTML !== fresh.innerHTML && !old.contains(document.activeElement)) old.innerHTML = fresh.innerHTML;
    });
    if (held && item() !== held) form.querySelectorAll('input[name=item][value="' + CSS.escape(held) + '"]').forEach(function (one) { one.checked = true; });
    chosen();
  }
  // What was said to be missing can be pressed now: it stands right above.
  function calm() { var field = parts.closest("[data-field]"); field.classList.remove("wrong"); field.querySelector("[data-say]").textContent = ""; }
  // What others reported nearby; a choice that was made stays while it is still offered.
  function layNear(html) {
    if (near.innerHTML.trim() === html.trim() || near.contains(document.activeElement)) return;
    var held = near.querySelector("input:checked"), same = held ? held.value : "";
    near.innerHTML = html;
    near.querySelectorAll("input").forEach(function (one) { one.checked = one.value === same; });
    if (!near.querySelector("input:checked")) near.querySelectorAll('input[value=""]').forEach(function (one) { one.checked = true; });
  }
  function read() {
    var data = new FormData();
    ["csrfmiddlewaretoken", "text", "address", "lon", "lat", "unit"].forEach(function (name) { data.append(name, field(name).value); });
    if (field("nowhere").checked) data.append("nowhere", "on");
    data.append("item", item());
    return data;
  }
  var question = gzAsks(form.dataset.look, read, lay);
  function ask() { clearTimeout(timer); question.ask(); }
  text.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(ask, 600); });
  form.addEventListener("change", function (event) { chosen(); if (event.target.type !== "file") ask(); });
  form.addEventListener("gz:placed", ask);

  // ── where ──
  function placed(lon, lat, unit, said) {
    field("lon").value = lon; field("lat").value = lat; field("unit").value = unit;
    if (said !== undefined) told.textContent = said;
    where.classList.remove("wrong"); where.querySelector("[data-say]").textContent = "";
    question.anew();  // the same point again: what was said of it was written over just now
    form.dispatchEvent(new CustomEvent("gz:placed"));
  }
  if (navigator.geolocation && window.isSecureContext) {
    here.hidden = false;
    here.addEventListener("click", function () {
      told.textContent = here.dataset.asking;
      navigator.geolocation.getCurrentPosition(function (at) {
        placed(at.coords.longitude.toFixed(6), at.coords.latitude.toFixed(6), "", here.dataset.found);
      }, function () { told.textContent = here.dataset.denied; field("address").focus(); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
    });
  }
  parts.addEventListener("click", function (event) {
    var take = event.target.closest("[data-take]");
    if (!take) return;
    field("address").value = take.dataset.address;
    placed(take.dataset.lon || "", take.dataset.lat || "", take.dataset.unit || "", "");
    part("places").textContent = ""; field("address").focus();
  });
  var suggest = where.querySelector("[data-suggest]"), hits = suggest.querySelector("[data-hits]"), looking = 0, typing = 0;
  function close() { hits.hidden = true; hits.textContent = ""; }
  function show(found) {
    hits.textContent = "";
    found.forEach(function (hit) {
      var li = document.createElement("li"), button = document.createElement("button"), small = document.createElement("small");
      button.type = "button"; button.textContent = hit.address; small.textContent = hit.names; button.append(small);
      button.addEventListener("click", function () { field("address").value = hit.address; placed(hit.lon, hit.lat, "", ""); close(); field("address").focus(); });
      li.append(button); hits.append(li);
    });
    hits.hidden = !found.length;
  }
  field("address").addEventListener("input", function () {
    clearTimeout(typing);
    field("lon").value = field("lat").value = field("unit").value = ""; told.textContent = "";  // what is typed anew is no longer that point
    if (this.value.trim().length < 2) { close(); return; }
    typing = setTimeout(function () {
      var mine = ++looking;
      fetch(suggest.dataset.suggest + "?q=" + encodeURIComponent(field("address").value.trim())).then(function (r) { return r.ok ? r.json() : []; })
        .then(function (found) { if (mine === looking) show(found); }).catch(close);
    }, 220);
  });
  suggest.addEventListener("keydown", function (event) {
    var buttons = Array.prototype.slice.call(hits.querySelectorAll("button")), at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    if (!buttons.length || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    (buttons[at + (event.key === "ArrowDown" ? 1 : -1)] || (event.key === "ArrowUp" ? field("address") : buttons[0])).focus();
  });
  document.addEventListener("click", function (event) { if (!suggest.contains(event.target)) close(); });

  // ── the map comes when somebody asks for it ──
  var box = where.querySelector("[data-map-later]"), opener = where.querySelector("[data-open-map]");
  if (opener) opener.hidden = false;  // where the public may see no map there is none
  if (opener) opener.addEventListener("click", function () {
    opener.hidden = true; box.hidden = false;
    var sheet = document.createElement("link");
    sheet.rel = "stylesheet"; sheet.href = box.dataset.css; document.head.append(sheet);
    box.dataset.lon = field("lon").value; box.dataset.lat = field("lat").value; box.dataset.map = "";
    import(box.dataset.module);
    box.scrollIntoView({ block: "nearest" });  // above what stands at the foot
  });
  field("lon").addEventListener("input", function () { placed(field("lon").value, field("lat").value, "", ""); });

  chosen();
  if (text.value.trim() && !part("items").children.length) ask();
})();
