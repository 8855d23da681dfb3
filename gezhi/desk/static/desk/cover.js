// Drawing boxes over a picture: with mouse, finger or pen, or by keyboard. What is drawn is sent; nothing is looked for.
(function () {
  "use strict";
  var frame = document.querySelector("[data-cover]"), form = document.querySelector("form[data-coverform]");
  if (!frame || !form) return;
  var layer = frame.querySelector("[data-boxes]"), draw = form.querySelector("[data-draw]"), many = form.querySelector("[data-many]");
  var boxes = [], MOST = 1000, LEAST = 10;
  form.querySelector("[data-tools]").hidden = false;
  form.querySelector("[data-typed]").remove();

  function within(value, low, high) { return Math.max(low, Math.min(high, Math.round(value))); }
  function fit(one) {
    one.w = within(one.w, LEAST, MOST); one.h = within(one.h, LEAST, MOST);
    one.x = within(one.x, 0, MOST - one.w); one.y = within(one.y, 0, MOST - one.h);
  }
  function tell() {
    form.elements.boxes.value = boxes.length ? JSON.stringify(boxes.map(function (one) { return [one.x, one.y, one.w, one.h]; })) : "";
    many.textContent = boxes.length ? many.dataset.words.replace("{n}", boxes.length) : "";
    boxes.forEach(function (one, n) {
      var style = one.element.style, said = frame.dataset.box.replace("{n}", n + 1);
      style.left = one.x / 10 + "%"; style.top = one.y / 10 + "%"; style.width = one.w / 10 + "%"; style.height = one.h / 10 + "%";
      [["{x}", one.x], ["{y}", one.y], ["{w}", one.w], ["{h}", one.h]].forEach(function (pair) { said = said.replace(pair[0], Math.round(pair[1] / 10)); });
      one.element.setAttribute("aria-label", said);
      one.element.classList.toggle("blurred", form.elements.how.value === "blurred");
    });
  }
  function add(x, y, w, h) {
    var one = { x: x, y: y, w: w, h: h, element: document.createElement("button") };
    one.element.type = "button"; one.element.className = "box";
    one.element.addEventListener("keydown", function (event) { keys(one, event); });
    boxes.push(one); layer.append(one.element);
    return one;
  }
  function remove(one) {
    boxes.splice(boxes.indexOf(one), 1); one.element.remove(); tell();
    (boxes.length ? boxes[boxes.length - 1].element : form.querySelector("[data-add]")).focus();
  }
  function keys(one, event) {
    var by = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); remove(one); return; }
    if (!by) return;
    event.preventDefault();
    if (event.shiftKey) { one.w = within(one.w + by[0], LEAST, MOST - one.x); one.h = within(one.h + by[1], LEAST, MOST - one.y); }
    else { one.x += by[0]; one.y += by[1]; }
    fit(one); tell();
  }
  function point(event) {
    var area = layer.getBoundingClientRect();
    return { x: within((event.clientX - area.left) / area.width * MOST, 0, MOST), y: within((event.clientY - area.top) / area.height * MOST, 0, MOST) };
  }

  layer.addEventListener("pointerdown", function (event) {
    var old = boxes.filter(function (one) { return one.element === event.target; })[0];
    if (event.button || !(old || frame.classList.contains("draws"))) return;
    event.preventDefault();
    var start = point(event), one = old || add(start.x, start.y, 0, 0), was = { x: one.x, y: one.y };
    layer.setPointerCapture(event.pointerId);
    function move(now) {
      var to = point(now);
      if (old) { one.x = was.x + to.x - start.x; one.y = was.y + to.y - start.y; fit(one); }
      else { one.x = Math.min(start.x, to.x); one.y = Math.min(start.y, to.y); one.w = Math.abs(to.x - start.x); one.h = Math.abs(to.y - start.y); }
      tell();
    }
    function end() {
      layer.removeEventListener("pointermove", move); layer.removeEventListener("pointerup", end); layer.removeEventListener("pointercancel", end);
      if (!old && (one.w < LEAST || one.h < LEAST)) { boxes.splice(boxes.indexOf(one), 1); one.element.remove(); tell(); return; }
      fit(one); tell(); one.element.focus({ preventScroll: true });
    }
    layer.addEventListener("pointermove", move); layer.addEventListener("pointerup", end); layer.addEventListener("pointercancel", end);
  });
  draw.addEventListener("click", function () {
    draw.setAttribute("aria-pressed", frame.classList.toggle("draws"));
  });
  form.querySelector("[data-add]").addEventListener("click", function () {
    var one = add(400, 400, 200, 200);
    tell(); one.element.focus(); one.element.scrollIntoView({ block: "center" });
  });
  form.addEventListener("change", tell);
})();
