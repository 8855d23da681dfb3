// Leafing through the pictures of a page: arrows, Escape, a swipe. Without this each opens on a page of its own.
(function () {
  "use strict";
  var box = document.querySelector("[data-lightbox]"), links = Array.prototype.slice.call(document.querySelectorAll("a[data-photo]"));
  if (!box || !box.showModal || !links.length) return;
  var shown = box.querySelector("[data-shown]"), say = box.querySelector("[data-say]"), at = 0, touched = null;

  function source(link) { return window.innerWidth * (window.devicePixelRatio || 1) > 1100 ? link.dataset.large : link.dataset.photo; }
  function show(n) {
    at = (n + links.length) % links.length;
    var link = links[at];
    shown.src = source(link);
    shown.alt = link.dataset.name;
    box.querySelector("[data-page]").href = link.href;
    say.textContent = box.dataset.count.replace("{name}", link.dataset.name).replace("{n}", at + 1).replace("{many}", links.length);
    box.querySelectorAll("[data-go]").forEach(function (button) { button.hidden = links.length < 2; });
    if (links.length > 1) new Image().src = source(links[(at + 1) % links.length]);
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-photo]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    box.showModal();
    show(links.indexOf(link));
  });
  box.addEventListener("click", function (event) {
    var go = event.target.closest("[data-go]");
    if (go) show(at + Number(go.dataset.go));
    else if (event.target.closest("[data-close]")) box.close();
  });
  box.addEventListener("keydown", function (event) {
    event.stopPropagation();  // the keys of the page behind it rest
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") { event.preventDefault(); show(at + (event.key === "ArrowLeft" ? -1 : 1)); }
  });
  box.addEventListener("touchstart", function (event) {
    touched = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  box.addEventListener("touchend", function (event) {
    var end = event.changedTouches[0], zoomed = window.visualViewport && window.visualViewport.scale > 1.05;
    if (!touched || zoomed) return;
    var over = end.clientX - touched.clientX, down = end.clientY - touched.clientY;
    touched = null;
    if (Math.abs(over) > 48 && Math.abs(over) > 2 * Math.abs(down)) show(at + (over < 0 ? 1 : -1));
  });
  box.addEventListener("close", function () { links[at].focus(); });
})();
