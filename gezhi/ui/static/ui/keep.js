// Nothing typed or chosen is lost when something was wrong: the answer's sentences are put beside the fields
// and the fields stay as they are. Photos are chosen and made smaller in photos.js.
(function () {
  "use strict";
  // What is sent, with the files at its end, so that progress can be told of each; see photos.js.
  function gather(form, pressed) {
    var data = new FormData(form), inputs = Array.prototype.filter.call(form.querySelectorAll("input[type=file]"), function (input) { return input.gzPicked; });
    if (pressed && pressed.form === form && pressed.name) data.append(pressed.name, pressed.value);  // which of several buttons
    return Promise.all(inputs.map(function (input) { return input.gzPicked.files(); })).then(function (made) {
      inputs.forEach(function (input, n) {
        data.delete(input.name);
        made[n].forEach(function (file) { data.append(input.name, file, file.name); });
      });
      return { data: data, told: function (loaded, total) { inputs.forEach(function (input, n) { input.gzPicked.progress(made[n], loaded, total); }); } };
    });
  }

  function send(form, gathered) {
    return new Promise(function (done, failed) {
      var asking = new XMLHttpRequest();
      asking.open("POST", form.action || location.href);
      asking.setRequestHeader("X-Kept", "1");
      asking.upload.onprogress = function (event) { if (event.lengthComputable) gathered.told(event.loaded, event.total); };
      asking.onload = function () { done(asking); };
      asking.onerror = asking.onabort = asking.ontimeout = function () { gathered.told(-1, 0); failed(new Error()); };
      asking.send(gathered.data);
    });
  }

  // What was typed stays until it is handed in, in this tab only, without name and contact, which are kept nowhere on the
  // device; with the sheet's own key, so that it is never taken twice.
  var UNSEEN = ["lon", "lat", "unit", "client_key"], LEAVES_OUT = ["name", "contact", "csrfmiddlewaretoken", "moved"], DRAFT = "gz-draft:" + location.pathname;
  var dirty = null;

  function plain(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.type !== "file" && (field.type !== "hidden" || UNSEEN.indexOf(field.name) >= 0) && LEAVES_OUT.indexOf(field.name) < 0;
    });
  }
  function leavesBehind(form) {
    return Array.prototype.some.call(form.elements, function (field) {
      return field.type === "file" ? (field.gzPicked ? field.gzPicked.count() : field.files.length) : (field.name === "name" || field.name === "contact") && field.value;
    });
  }
  function setAside(form) {
    var said = plain(form).filter(function (field) { return !/radio|checkbox/.test(field.type) || field.checked; });
    try { sessionStorage.setItem(DRAFT, JSON.stringify(said.map(function (field) { return [field.name, field.value]; }))); } catch (e) { return false; }
    return true;
  }
  function forget() { try { sessionStorage.removeItem(DRAFT); } catch (e) { /* nothing is kept here */ } }
  function takeBack(form) {
    var said = null;
    try { said = JSON.parse(sessionStorage.getItem(DRAFT)); sessionStorage.removeItem(DRAFT); } catch (e) { /* nothing was set aside */ }
    if (!said) return;
    plain(form).forEach(function (field) {
      var mine = said.filter(function (pair) { return pair[0] === field.name; });
      if (/radio|checkbox/.test(field.type)) field.checked = mine.some(function (pair) { return pair[1] === field.value; });
      else if (mine.length) field.value = mine[0][1];
    });
    var map = form.querySelector("[data-map]");
    if (map && form.elements.lon) { map.dataset.lon = form.elements.lon.value; map.dataset.lat = form.elements.lat.value; }
    dirty = form;
  }
  // What was carried past the sign-in page (ui/carried.html) goes back into the form that was written; what the page decides
  // anew (a word against forgery, how far the matter had moved) is never carried.
  function bringBack(form) {
    var box = document.querySelector("[data-carried]:not([data-filled])"), said = box ? Array.from(box.querySelectorAll("[data-carries]")) : [];
    var words = said.filter(function (one) { return one.type !== "hidden"; });
    if (!words.length || !words.every(function (one) { return form.elements[one.dataset.carries]; })) return;
    Array.prototype.forEach.call(form.elements, function (field) {
      var mine = said.filter(function (one) { return field.name && one.dataset.carries === field.name; });
      if (!mine.length || field.type === "file") return;
      if (/radio|checkbox/.test(field.type)) field.checked = mine.some(function (one) { return one.value === field.value; });
      else field.value = mine[0].value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    words.forEach(function (one) { one.hidden = true; });
    box.setAttribute("data-filled", "");
    box.querySelector("[data-back]").hidden = false; box.querySelector("[data-copy-out]").hidden = true;
    dirty = form;
  }
  window.addEventListener("beforeunload", function (event) {
    if (dirty) { event.preventDefault(); event.returnValue = ""; }
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-aside]"), form = link && link.closest("form[data-keep]");
    if (form && setAside(form) && !leavesBehind(form)) dirty = null;
  });
  document.addEventListener("submit", function (event) {
    if (!event.target.querySelector("[name=language]")) forget();
    else if (dirty && setAside(dirty) && !leavesBehind(dirty)) dirty = null;
  });

  function put(form, page) {
    var answer = page.querySelector('form[data-keep="' + form.dataset.keep + '"]');
    var reason = page.querySelector("[data-refused]");
    if (!answer && reason && form.querySelector("[data-answer]")) { stopped(form, reason.textContent); return; }
    if (!answer || !form.querySelector("[data-answer]")) { dirty = null; document.open(); document.write(page.documentElement.outerHTML); document.close(); return; }
    form.querySelector("[data-answer]").replaceWith(answer.querySelector("[data-answer]"));
    form.querySelectorAll("[data-field]").forEach(function (field) {
      var said = answer.querySelector('[data-field="' + field.dataset.field + '"]');
      if (!said) return;
      field.classList.toggle("wrong", said.classList.contains("wrong"));
      var old = field.querySelector("[data-say]"), now = said.querySelector("[data-say]");
      if (old && now) old.replaceWith(now);
      invalid(field, said);
    });
    ["moved", "client_key"].forEach(function (name) { if (form.elements[name] && answer.elements[name]) form.elements[name].value = answer.elements[name].value; });
    var word = answer.elements.csrfmiddlewaretoken;
    if (word) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(function (old) { old.value = word.value; });
    answer.querySelectorAll("input[data-renewed]").forEach(function (fresh) { if (form.elements[fresh.name]) form.elements[fresh.name].value = fresh.value; });  // what nobody could mend by hand
    var first = form.querySelector(".wrong input, .wrong textarea, .wrong select") || form.querySelector("[data-answer] [role=alert]");
    form.querySelectorAll("details").forEach(function (more) { if (more.querySelector(".wrong")) more.open = true; });
    if (first) { first.scrollIntoView({ block: "center" }); if (first.focus) first.focus({ preventScroll: true }); }
  }

  // Of two fields that stand together only the wrong one is marked; `said` is what the answer says of them, if it says anything.
  function invalid(field, said) {
    field.querySelectorAll("[name]").forEach(function (one) {
      if (said && said.querySelector('[name="' + one.name + '"][aria-invalid]')) one.setAttribute("aria-invalid", "true");
      else one.removeAttribute("aria-invalid");
    });
  }

  function stopped(form, sentence) {
    var box = form.querySelector("[data-answer]"), note = document.createElement("div");
    note.className = "note off"; note.setAttribute("role", "alert");
    note.textContent = sentence || document.body.dataset.offline;
    box.replaceChildren ? box.replaceChildren(note) : (box.textContent = "", box.appendChild(note));
    box.scrollIntoView({ block: "center" });
  }

  document.querySelectorAll("form[data-keep]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented) return;
      event.preventDefault(); event.stopPropagation();
      if (form.dataset.busy) return;
      form.dataset.busy = "1";
      gather(form, event.submitter || document.activeElement.closest("button")).then(function (gathered) { return send(form, gathered); }).then(function (answer) {
        var go = answer.getResponseHeader("X-Go"), elsewhere = answer.responseURL && answer.responseURL.split("#")[0] !== new URL(form.action || location.href, location.href).href.split("#")[0];
        if (go || elsewhere) { if (!("untilSeen" in form.dataset && setAside(form))) forget(); dirty = null; }
        if (go) { location.href = go; return; }
        if (elsewhere) { location.href = answer.responseURL; return; }
        put(form, new DOMParser().parseFromString(answer.responseText, "text/html"));
      }).catch(function (error) { stopped(form, error && error.message); }).then(function () { delete form.dataset.busy; });
    });
    takeBack(form);
    bringBack(form);
    // At a keyboard one writes at once; on a phone the keys would hide what is to be read first.
    if ("first" in form.dataset && matchMedia("(hover: hover) and (pointer: fine)").matches) {
      var first = form.querySelector("[data-field] input, [data-field] textarea, [data-field] select");
      if (first) first.focus({ preventScroll: true });
    }
    ["input", "change"].forEach(function (kind) {
      form.addEventListener(kind, function (event) { if (event.target.name) dirty = form; });
    });
    // What was wrong is taken back as soon as somebody puts their hand to it.
    ["input", "change"].forEach(function (kind) {
      form.addEventListener(kind, function (event) {
        var field = event.target.closest(".wrong[data-field]");
        if (!field || "sieve" in event.target.dataset) return;
        field.classList.remove("wrong");
        field.querySelector("[data-say]").textContent = "";
        invalid(field);
      });
    });
    form.querySelectorAll("[data-late]").forEach(late);
  });

  // Once it is said that something happened earlier, the reason why it was not recorded then is asked for.
  function late(box) {
    var at = box.querySelector("[name=at]"), reason = box.querySelector("[name=late_reason]");
    var small = box.querySelector("[data-field=late_reason] label small"), before = small.textContent;
    function say() { reason.required = !!at.value; small.textContent = at.value ? box.dataset.late : before; }
    at.addEventListener("input", say);
    say();
  }
})();
