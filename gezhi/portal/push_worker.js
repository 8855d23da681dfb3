// Shows what is told to this browser, and opens the page it leads to. It sees no request and keeps nothing.
"use strict";
self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("push", function (event) {
  var said = {};
  try { said = event.data.json(); } catch (_none) { /* a push without words is shown all the same: browsers ask for that */ }
  var url = typeof said.url === "string" && /^\/(?!\/)/.test(said.url) ? said.url : "/follow";
  event.waitUntil(self.registration.showNotification(String(said.title || ""), {
    body: String(said.body || ""), tag: String(said.tag || ""), lang: self.navigator.language, data: { url: url }
  }));
});
self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
