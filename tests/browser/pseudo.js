// A page that speaks a language half again as long as English, made where it stands, and what of it can no longer be
// read. Text of the district (it is Chinese) keeps its length: only what the house says grows.
(function () {
  const QUIET = "script, style, code, kbd, time, option, textarea, .sr, .sr *, [hidden], [hidden] *, [lang]:not(html), [lang]:not(html) *";
  const CHINESE = /[\u3400-\u9fff]/, WORD = /[A-Za-z]{2,}/;
  const texts = () => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) if (walk.currentNode.data.trim() && !walk.currentNode.parentElement.closest(QUIET)) found.push(walk.currentNode);
    return found;
  };
  const longer = (text) => {
    const said = text.trim(), grown = said.replace(/[aeiou]/gi, (v) => v + v);
    const lacks = Math.max(0, Math.ceil(said.length * 1.4) - grown.length);
    return text.replace(said, () => "[" + grown + " ~".repeat(Math.ceil(lacks / 2)) + "]");
  };
  const named = (one) => one.tagName.toLowerCase() + [...one.classList].map((c) => "." + c).join("");
  const path = (one) => [one.parentElement, one].filter(Boolean).map(named).join(" > ");
  const ours = (text) => WORD.test(text) && !CHINESE.test(text);

  // Each text of the house, longer by four tenths and in brackets.
  function lengthen() {
    texts().filter((node) => ours(node.data)).forEach((node) => { node.data = longer(node.data); });
    document.querySelectorAll("[placeholder]").forEach((one) => { one.placeholder = longer(one.placeholder); });
  }

  // What holds more than it shows and neither scrolls nor says the whole in its title; what runs out of its box.
  function cut() {
    const found = new Set();
    for (const one of document.querySelectorAll("body, body *")) {
      if (!one.textContent.trim() || one.closest("[title], [data-map], .sr, svg, select") || !one.checkVisibility()) continue;
      const style = getComputedStyle(one), hides = (way) => style["overflow" + way] === "hidden" || style["overflow" + way] === "clip";
      if (one.clientWidth > 2 && hides("X") && one.scrollWidth > one.clientWidth + 1) found.add(path(one) + " is cut: " + one.textContent.trim().slice(0, 40));
      if (one.clientHeight > 2 && hides("Y") && one.scrollHeight > one.clientHeight + 1) found.add(path(one) + " is cut below: " + one.textContent.trim().slice(0, 40));
    }
    const boxes = ".btn, .st, .card, .note, .tabs a, .tabbar a, .rail, .sheet, .top, .hop, .role, td, th";
    for (const node of texts()) {
      const holder = node.parentElement, box = holder.closest(boxes);
      if (!box || !holder.checkVisibility() || holder.closest("[title], [data-map], svg, summary.who")) continue;
      const range = document.createRange(), edge = box.getBoundingClientRect();
      range.selectNodeContents(node);
      const over = Math.max(0, ...[...range.getClientRects()].map((r) => Math.max(r.right - edge.right, edge.left - r.left, r.bottom - edge.bottom - 2)));
      const scrolls = (one) => one && one !== document.body && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
      if (over > 1.5 && !scrolls(holder)) found.add(path(box) + " lets out " + Math.round(over) + " px: " + node.data.trim().slice(0, 40));
    }
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) found.add("the page is " + wide + " px wider than its window");
    return [...found];
  }

  // On a Chinese page: what is said in English.
  function foreign() {
    return texts().filter((node) => node.parentElement.checkVisibility() && /[A-Za-z]{2,} [a-z]{2,} /.test(node.data) && !CHINESE.test(node.data)).map((node) => node.data.trim().slice(0, 60));
  }

  window.pseudo = { lengthen, cut, foreign };
})();
