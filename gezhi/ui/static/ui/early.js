// Runs before the first paint: theme and text size are kept on the device, never on the server.
(function () {
  try {
    var root = document.documentElement, theme = localStorage.getItem("gz-theme"), text = localStorage.getItem("gz-text");
    if (theme) root.setAttribute("data-theme", theme);
    if (text) root.setAttribute("data-text", text);
  } catch (e) { /* a browser that keeps nothing still shows the page */ }
})();
