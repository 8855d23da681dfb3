// The frame's few movements. Every page works without them.
(function () {
  "use strict";
  var root = document.documentElement;
  var choices = { theme: ["", "light", "dark"], text: ["", "large", "larger"] };

  function choose(kind, value) {
    if (value) root.setAttribute("data-" + kind, value); else root.removeAttribute("data-" + kind);
    try { if (value) localStorage.setItem("gz-" + kind, value); else localStorage.removeItem("gz-" + kind); } catch (e) { /* kept for this page only */ }
    label(kind);
    document.dispatchEvent(new CustomEvent("gz:" + kind));
  }
  function label(kind) {
    var at = choices[kind].indexOf(root.getAttribute("data-" + kind) || "");
    document.querySelectorAll('[data-cycle="' + kind + '"]').forEach(function (button) {
      button.querySelector("span").textContent = button.dataset.words.split("|")[Math.max(at, 0)];
    });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-cycle]");
    if (button) {
      var kind = button.dataset.cycle, at = choices[kind].indexOf(root.getAttribute("data-" + kind) || "");
      choose(kind, choices[kind][(at + 1) % 3]);
      return;
    }
    if (event.target.closest("[data-back]")) { history.back(); return; }
    var show = event.target.closest("[data-show]");
    if (show) {
      var field = document.getElementById(show.dataset.show), seen = field.type === "password";
      field.type = seen ? "text" : "password";
      show.setAttribute("aria-pressed", seen);
      field.focus();
      return;
    }
    var copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy);
    leaveMenus(event);
  });
  function leaveMenus(event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  }
  document.addEventListener("focusin", leaveMenus); // by the keyboard one walks out of a menu, which would lie on what one walks to
  function copyText(button) {
    var said = button.querySelector("span") || button, before = said.textContent;
    function done() { said.textContent = button.dataset.done; setTimeout(function () { said.textContent = before; }, 2000); }
    if (navigator.clipboard) navigator.clipboard.writeText(button.dataset.copy).then(done, function () {});
  }

  function typing(target) { return target.closest && target.closest("input, textarea, select, [contenteditable]"); }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach(function (menu) { menu.removeAttribute("open"); menu.querySelector("summary").focus(); });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      var find = document.querySelector("[data-slash]");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    }
    var link = document.querySelector('[data-key="' + event.key.toLowerCase() + '"]');
    if (link) { event.preventDefault(); link.click(); }
  });
  // A form is handed in once: the second press waits for the first.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.querySelectorAll("[data-show]").forEach(function (show) {  // what is sent is a password again, for whoever keeps it
      document.getElementById(show.dataset.show).type = "password";
    });
    if (form.method === "post" && !("again" in form.dataset)) form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  // What comes in late moves nothing under a finger or a held button: a press that began on one thing and ended on another is
  // no press at all, and whoever made it would wait for an answer. A menu of the system's may never say that it was let go.
  var down = 0, late = [];
  function lift() { clearTimeout(down); down = 0; late.splice(0).forEach(function (act) { act(); }); }
  document.addEventListener("pointerdown", function (event) {
    if (event.button === 0) { clearTimeout(down); down = setTimeout(lift, 3000); }
  }, true);
  ["pointerup", "pointercancel"].forEach(function (name) {
    document.addEventListener(name, function () { if (down) { clearTimeout(down); down = setTimeout(lift, 60); } }, true);  // a tap's click comes after it
  });
  window.gzStill = function (act) { if (down) late.push(act); else act(); };
  // Sends what `read()` gathers to `address` and lays the page that comes back, if no other question was asked since. The same question
  // again leaves the answer that is on its way; `anew()` asks it all the same, and so does whoever got none.
  window.gzAsks = function (address, read, lay) {
    var before = "", turn = 0;
    return {
      anew: function () { before = ""; },
      ask: function () {
        var data = read(), key = Array.from(data.values()).join("\0"), mine;
        if (key === before) return;
        before = key; mine = ++turn;
        fetch(address, { method: "POST", body: data }).then(function (answer) { return answer.ok ? answer.text() : Promise.reject(); })
          .then(function (html) { gzStill(function () { if (mine === turn) lay(html); }); }, function () { if (mine === turn) before = ""; });
      },
    };
  };
  document.querySelectorAll("[data-show]").forEach(function (show) { show.hidden = false; });
  // A slip's square brings the code behind the #; it leaves the address bar at once and is never sent in an address.
  var code = document.querySelector("input[data-hash]");
  function readCode() {
    if (!code || location.hash.length < 2) return;
    code.value = location.hash.slice(1, 41);  // letters, digits and dashes: nothing in it is encoded
    history.replaceState(null, "", location.pathname + location.search);
    document.querySelectorAll("[data-typed]").forEach(function (one) { one.hidden = true; });
    document.querySelectorAll("[data-scanned]").forEach(function (one) { one.hidden = false; });
    var next = document.getElementById("password");
    if (next) next.focus(); else code.form.submit();  // nothing else is asked: the code is all there is to send
  }
  readCode();
  window.addEventListener("hashchange", readCode);
  label("theme"); label("text");
})();
// A page that shows what is about to be done answers a form. Whoever comes back to it later, from what followed, finds the form and not an error;
// only what the form shows is written anew, and nothing is sent twice. So does a page that says what was wrong; where its address only takes
// what is pressed, `data-asks` names the page the form stands on.
(function () {
  "use strict";
  var asks = document.querySelector("[data-asks]");
  if (asks) history.replaceState(null, "", asks.dataset.asks || location.href);
})();
