// The message to the reporter as it will be sent, while one writes and chooses; its length as short messages count.
(function () {
  "use strict";
  var card = document.querySelector("[data-foretelling]"), note = document.querySelector('form [name="note"], form [name="words"]');
  if (!card) return;
  function say() {
    var said = note ? note.value.trim().replace(/\u3002+$/, "") : "";
    card.querySelectorAll("[data-foretold]").forEach(function (box) {
      var mark = box.querySelector("[data-note]"), count = box.querySelector("[data-count]");
      if (mark && said) mark.textContent = said;
      if (mark && !said) mark.textContent = mark.dataset.note;
      var rest = box.querySelector("[data-after]");
      if (rest) rest.textContent = rest.dataset.after.replace(/[\uff1f\uff01\u2026?!.]$/.test(said) ? /^[\u3002.]/ : "", "");
      if (!count) return;
      var whole = box.querySelector("[data-whole]").textContent.length;
      if (mark && !said) whole -= mark.textContent.length;
      whole = Math.min(whole, 500);
      count.textContent = count.dataset.count.replace("{n}", whole).replace("{parts}", whole <= 70 ? 1 : Math.ceil(whole / 67));
    });
  }
  if (note) note.addEventListener("input", say);
  say();

  // What else it depends on is asked of the page itself: what stands here is what would be sent, or it is not shown.
  var follows = card.dataset.follows.split(" ").filter(Boolean), form = note ? note.form : null;
  if (!form || !follows.length) return;
  function chosen(field, first) {
    if (field.type === "radio") return (first ? field.defaultChecked : field.checked) ? field.value : "";
    if (first && field.options) {
      var set = Array.prototype.find.call(field.options, function (one) { return one.defaultSelected; }) || field.options[0];
      return set ? set.value : "";
    }
    return first && "defaultValue" in field ? field.defaultValue : field.value;
  }
  function asked(first) {
    var query = new URLSearchParams();
    follows.forEach(function (name) {
      form.querySelectorAll('[name="' + name + '"]').forEach(function (field) {
        var value = chosen(field, first);
        if (value) query.set(name, value);
      });
    });
    return query.toString();
  }
  var last = asked(true), turn = 0, waits = null;
  function put(mine, page) {
    if (mine !== turn) return;
    var fresh = page && page.querySelector("[data-foretelling]");
    card.hidden = !fresh;
    if (fresh) { card.replaceChildren.apply(card, Array.from(fresh.childNodes)); say(); }
  }
  function again() {
    var query = asked(false), mine;
    if (query === last) return;
    last = query; mine = ++turn;
    fetch(location.pathname + "?" + query).then(function (answer) {
      return answer.ok ? answer.text() : Promise.reject(new Error());
    }).then(function (text) {
      gzStill(function () { put(mine, new DOMParser().parseFromString(text, "text/html")); });
    }).catch(function () { last = null; gzStill(function () { put(mine, null); }); });
  }
  function soon() { clearTimeout(waits); waits = setTimeout(again, 300); }
  ["input", "change"].forEach(function (kind) {
    form.addEventListener(kind, function (event) { if (follows.indexOf(event.target.name) >= 0) soon(); });
  });
  again();
})();
