// "Tell me on this device": asks the browser for an address at its push service and hands it to the house. Without any of it
// the page works; where the browser cannot, nothing is shown.
(function () {
  "use strict";
  var box = document.querySelector("[data-push]");
  if (!box) return;
  var scope = "/push", button = box.querySelector("button"), says = box.querySelector("[data-says]"), door = says.querySelector("a"), on = false;
  var ios = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  if (!navigator.serviceWorker || !window.PushManager || !window.Notification || !window.fetch) {
    // an iPhone has none of it until the page stands on its home screen
    if (ios && window.isSecureContext && !navigator.standalone) { box.hidden = false; button.hidden = true; box.querySelector("[data-ios]").hidden = false; }
    return;
  }
  box.hidden = false;
  say(Notification.permission === "denied" ? "denied" : "", true);  // nobody has pressed anything: said calmly
  found().then(function (there) { return there ? tell("ask", there) : null; }).catch(function () { /* asked again when it is pressed */ });
  button.addEventListener("click", function () {
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true"); say("");
    (on ? stop() : start()).catch(told)
      .then(function () { button.removeAttribute("aria-busy"); });
  });

  // Who did not answer: the house, the browser's push service, or whoever was asked for leave.
  function told(fault) {
    var name = fault && fault.name;
    if (name === "House") say(on ? "going" : "house");
    else if (name !== "Said") say(name === "Old" ? "old" : name === "NotAllowedError" ? "denied" : "unreached");
  }
  function start() {
    return asked().then(function (may) {
      if (may !== "granted") { say(may === "denied" ? "denied" : "kept"); return null; }
      return within(address()).then(function (there) { return tell("start", there); });
    });
  }
  function stop() {
    return found().then(function (there) {
      if (!there) { show(false); return null; }
      return tell("stop", there).then(function (told) { return told.last ? there.unsubscribe().catch(function () { /* the house has stopped; the address is of no use to anybody */ }) : null; });
    });
  }
  function asked() {
    return new Promise(function (then) { var old = Notification.requestPermission(then); if (old) old.then(then); });
  }
  function found() {
    return navigator.serviceWorker.getRegistration(scope).then(function (one) { return one ? one.pushManager.getSubscription() : null; });
  }
  function address() {
    return navigator.serviceWorker.register(box.dataset.worker, { scope: scope }).catch(silent).then(active).then(function (one) {
      return one.pushManager.getSubscription().then(function (there) {
        return there && !ours(there) ? there.unsubscribe().then(function () { return null; }) : there;
      }).then(function (there) {
        return there || one.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.push) });
      });
    });
  }
  function active(one) {
    var worker = one.installing || one.waiting;
    if (one.active || !worker) return one;
    return new Promise(function (then) { worker.addEventListener("statechange", function () { if (worker.state === "activated") then(one); }); });
  }
  function ours(there) {
    var key = there.options && there.options.applicationServerKey;
    return !key || text(key) === box.dataset.push;
  }
  function tell(act, there) {
    var form = new FormData(box);
    form.set("act", act); form.set("endpoint", there.endpoint);
    if (act === "start") { form.set("p256dh", text(there.getKey("p256dh"))); form.set("auth", text(there.getKey("auth"))); }
    return fetch(box.action, { method: "POST", body: form, credentials: "same-origin" }).catch(silent).then(function (answer) {
      return answer.json().catch(function () { throw { name: answer.status >= 400 && answer.status < 500 ? "Old" : "House" }; }).then(function (told) {
        if (!answer.ok) { write(told.said); door.hidden = answer.status !== 401; throw { name: "Said" }; }
        show(told.on); return told;
      });
    });
  }
  function show(now) {
    on = now;
    button.dataset.now = on ? "on" : "off";
    button.querySelector("span").textContent = on ? button.dataset.on : button.dataset.off;
    box.querySelector("[data-told]").hidden = !on;
  }
  function silent() { throw { name: "House" }; }
  function say(what, calm) { write(what ? says.dataset[what] : "", calm || what === "kept"); }
  function write(words, calm) { says.className = calm ? "hint" : "say"; says.querySelector("span").textContent = words; says.hidden = !words; door.hidden = true; }
  function within(waited) {
    return Promise.race([waited, new Promise(function (_then, no) { setTimeout(function () { no({ name: "late" }); }, 20000); })]);
  }
  function bytes(word) { return Uint8Array.from(atob(word.replace(/-/g, "+").replace(/_/g, "/")), function (one) { return one.charCodeAt(0); }); }
  function text(raw) { return btoa(String.fromCharCode.apply(null, new Uint8Array(raw))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""); }
})();
