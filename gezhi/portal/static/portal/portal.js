// Read aloud, copy, print, and the receipt's link. Without any of it every page works.
(function () {
  "use strict";
  var aloud = document.querySelector("[data-aloud]"), speech = window.speechSynthesis;
  if (aloud && speech && window.SpeechSynthesisUtterance) {
    aloud.hidden = false;
    aloud.addEventListener("click", function () {
      if (speech.speaking) { speech.cancel(); return; }
      var said = new SpeechSynthesisUtterance(document.getElementById("main").innerText);
      said.lang = document.documentElement.lang;
      said.onstart = function () { aloud.setAttribute("aria-pressed", "true"); };
      said.onend = said.onerror = function () { aloud.removeAttribute("aria-pressed"); };
      speech.speak(said);
    });
    window.addEventListener("pagehide", function () { speech.cancel(); });
  }
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () { button.querySelector("span").textContent = button.dataset.copied; });
    });
  });
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  // What is folded is printed too: a receipt proves nothing by its heading. What is pressed stays as it is.
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.filter.call(document.querySelectorAll("main details:not([open])"), function (one) { return !one.closest("form") && !one.querySelector("form"); });
    folded.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () { folded.splice(0).forEach(function (one) { one.open = false; }); });
  // The receipt is seen.
  var received = document.querySelector("[data-received]");
  if (received) { try { sessionStorage.removeItem("gz-draft:" + received.dataset.received); } catch (e) { /* none */ } }
  // Number and code of a receipt's link stand behind the #, so that they are sent once and written down nowhere.
  var form = document.querySelector("form[data-code]");
  if (form && location.hash.length > 1) {
    var said = new URLSearchParams(location.hash.slice(1)), number = (said.get("n") || "").slice(0, 60), code = (said.get("c") || "").slice(0, 20);
    history.replaceState(null, "", location.pathname + location.search);
    form.elements.number.value = number; form.elements.code.value = code;
    if (number && code) form.submit();
  }
})();
