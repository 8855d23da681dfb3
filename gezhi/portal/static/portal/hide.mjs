// Covering faces and number plates by hand, on the phone: what is covered is painted over in the pixels that are sent, and
// whoever gets the picture has nothing to uncover. Nothing is looked for; it comes only when somebody asks for it.
const WHOLE = 1000, LEAST = 12, STEP = 10;
const within = (value, low, high) => Math.max(low, Math.min(high, Math.round(value)));

// The picture (a Blob) under these boxes ({x, y, w, h} in thousandths), as somebody drew them in a dialog made of `template`.
// Resolves with the boxes and the painted canvas, or with nothing where it was cancelled.
export default function hide(blob, before, template) {
  const dialog = template.content.firstElementChild.cloneNode(true), find = (name) => dialog.querySelector(`[data-${name}]`);
  const image = find("picture"), layer = find("boxes"), said = find("said"), address = URL.createObjectURL(blob);
  const boxes = before.map((one) => ({ ...one }));
  let kept = null;

  function fit(one) {
    one.w = within(one.w, LEAST, WHOLE); one.h = within(one.h, LEAST, WHOLE);
    one.x = within(one.x, 0, WHOLE - one.w); one.y = within(one.y, 0, WHOLE - one.h);
  }
  function lay(one, n) {
    const style = one.element.style, part = { left: one.x, top: one.y, width: one.w, height: one.h };
    for (const name in part) style[name] = part[name] / 10 + "%";
    one.element.setAttribute("aria-label", layer.dataset.box.replace("{n}", n + 1).replace("{x}", Math.round(one.x / 10)).replace("{y}", Math.round(one.y / 10)).replace("{w}", Math.round(one.w / 10)).replace("{h}", Math.round(one.h / 10)));
  }
  function tell() {
    boxes.forEach(lay);
    find("undo").disabled = !boxes.length;
    said.textContent = said.dataset.words.replace("{n}", boxes.length);
  }
  function put(one) {
    one.element = document.createElement("button");
    one.element.type = "button";
    one.element.addEventListener("keydown", (event) => keys(one, event));
    layer.append(one.element);
  }
  function add(x, y, w, h) { const one = { x, y, w, h }; boxes.push(one); put(one); return one; }
  function drop(one) {
    boxes.splice(boxes.indexOf(one), 1); one.element.remove(); tell();
    (boxes.length ? boxes[boxes.length - 1].element : find("add")).focus();
  }
  function keys(one, event) {
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); drop(one); return; }
    if (!by) return;
    event.preventDefault();
    if (event.shiftKey) { one.w = Math.min(one.w + by[0], WHOLE - one.x); one.h = Math.min(one.h + by[1], WHOLE - one.y); } else { one.x += by[0]; one.y += by[1]; }
    fit(one); tell();
  }
  function point(event) {
    const area = layer.getBoundingClientRect();
    return { x: within((event.clientX - area.left) / area.width * WHOLE, 0, WHOLE), y: within((event.clientY - area.top) / area.height * WHOLE, 0, WHOLE) };
  }
  layer.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    const old = boxes.find((one) => one.element === event.target), start = point(event);
    const one = old || add(start.x, start.y, 0, 0), was = { x: one.x, y: one.y };
    layer.setPointerCapture(event.pointerId);
    const move = (now) => {
      const to = point(now);
      if (old) { one.x = was.x + to.x - start.x; one.y = was.y + to.y - start.y; fit(one); } else { one.x = Math.min(start.x, to.x); one.y = Math.min(start.y, to.y); one.w = Math.abs(to.x - start.x); one.h = Math.abs(to.y - start.y); }
      tell();
    };
    const end = () => {
      layer.removeEventListener("pointermove", move); layer.removeEventListener("pointerup", end); layer.removeEventListener("pointercancel", end);
      if (!old && (one.w < LEAST || one.h < LEAST)) { boxes.splice(boxes.indexOf(one), 1); one.element.remove(); tell(); return; }
      fit(one); tell(); one.element.focus({ preventScroll: true });
    };
    layer.addEventListener("pointermove", move); layer.addEventListener("pointerup", end); layer.addEventListener("pointercancel", end);
  });
  function painted() {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d"), w = image.naturalWidth, h = image.naturalHeight;
    canvas.width = w; canvas.height = h;
    pen.drawImage(image, 0, 0);
    pen.fillStyle = "black";
    boxes.forEach((one) => {
      const left = Math.floor(one.x * w / WHOLE), top = Math.floor(one.y * h / WHOLE);
      pen.fillRect(left, top, Math.ceil((one.x + one.w) * w / WHOLE) - left, Math.ceil((one.y + one.h) * h / WHOLE) - top);
    });
    return canvas;
  }
  find("add").addEventListener("click", () => { const one = add(400, 400, 200, 200); tell(); one.element.focus(); });
  find("undo").addEventListener("click", () => drop(boxes[boxes.length - 1]));
  find("cancel").addEventListener("click", () => dialog.close());
  find("done").addEventListener("click", () => { kept = { boxes: boxes.map(({ x, y, w, h }) => ({ x, y, w, h })), canvas: painted() }; dialog.close(); });

  return new Promise((done) => {
    dialog.addEventListener("close", () => { URL.revokeObjectURL(address); dialog.remove(); done(kept); });
    image.onload = () => { boxes.forEach(put); tell(); };
    image.src = address;
    document.body.append(dialog);
    dialog.showModal();
  });
}
