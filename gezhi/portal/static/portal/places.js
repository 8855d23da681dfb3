// Places that are followed: kept in this browser and told to nobody. A press on the page of a place keeps or forgets it; the
// first page asks the feed of each, once it can be used, for what happened since one last looked.
(function () {
  "use strict";
  var KEY = "gz-places", MOST = 12;
  function kept() {
    try { var said = JSON.parse(localStorage.getItem(KEY)); return Array.isArray(said) ? said.filter(function (one) { return one && /^[0-9A-Z]{4,40}$/.test(one.path); }).slice(0, MOST) : []; } catch (e) { return []; }
  }
  function keep(places) {
    try { localStorage.setItem(KEY, JSON.stringify(places)); return true; } catch (e) { return false; }
  }
  function without(path) { return kept().filter(function (one) { return one.path !== path; }); }

  // ── the page of a place ──
  var button = document.querySelector("[data-follow]");
  if (button) {
    var self = { path: button.dataset.follow, name: button.dataset.name, seen: button.dataset.today };
    var follows = function () { return kept().some(function (one) { return one.path === self.path; }); };
    var draw = function (on) {
      button.setAttribute("aria-pressed", on);
      button.querySelector("[data-on]").hidden = !on; button.querySelector("[data-off]").hidden = on;
    };
    if (follows()) keep(kept().map(function (one) { return one.path === self.path ? self : one; }));  // seen today
    button.addEventListener("click", function () {
      var others = without(self.path), on = !follows();
      if (on && others.length >= MOST) { button.querySelector("[data-off]").textContent = button.dataset.full; return; }
      keep(on ? others.concat(self) : others);
      draw(follows());
    });
    draw(follows());
    button.hidden = !keep(kept());  // where the browser keeps nothing there is nothing to press
  }

  // ── the first page ──
  var box = document.querySelector("[data-places]");
  if (!box) return;
  var list = box.querySelector("ul"), none = box.querySelector("[data-none]"), line = box.querySelector("template");
  function row(one) {
    var li = line.content.cloneNode(true).firstElementChild, link = li.querySelector("a"), drop = li.querySelector("button");
    link.href = box.dataset.places.replace("-", one.path); link.textContent = one.name;
    drop.setAttribute("aria-label", drop.dataset.said.replace("{place}", one.name));
    drop.addEventListener("click", function () {
      keep(without(one.path)); li.remove(); draw();
      (list.querySelector("a") || none.querySelector("a")).focus();
    });
    list.append(li);
    return li.querySelector("[data-news]");
  }
  function count(news, one) {
    return fetch(box.dataset.feed.replace("-", one.path)).then(function (answer) {
      if (answer.status === 404) { news.textContent = box.dataset.gone; return ""; }
      if (!answer.ok) throw answer.status;
      return answer.text();
    }).then(function (text) {
      if (!text) return;
      var n = Array.prototype.filter.call(new DOMParser().parseFromString(text, "text/xml").querySelectorAll("entry > updated"), function (day) { return day.textContent.slice(0, 10) >= one.seen; }).length;
      news.textContent = n ? box.dataset[n === 1 ? "one" : "many"].replace("{n}", n) : box.dataset.same;
      news.classList.toggle("tm", n > 0);
    }).catch(function () { news.textContent = box.dataset.unknown; });  // offline, or too many ask: the link is there
  }
  var rows = kept().map(function (one) { return [row(one), one]; });
  function draw() { var any = !!list.children.length; list.hidden = !any; none.hidden = any; }
  draw(); box.hidden = false;
  if (rows.length) document.querySelector(".ways").after(box);  // whoever follows a place came for it
  function ask() { rows.forEach(function (pair) { count(pair[0], pair[1]); }); }
  if (document.readyState === "complete") setTimeout(ask, 0); else window.addEventListener("load", function () { setTimeout(ask, 0); });
})();
