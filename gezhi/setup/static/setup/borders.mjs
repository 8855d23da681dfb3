// Drawing one border, corner by corner, on the map of the house. The text field beside the map is the truth: the map
// only writes into it and shows what stands there, so that whoever has no mouse loses nothing.
const NOTHING = { type: "FeatureCollection", features: [] };

function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim() || "#888888"; }

function corners(text) {
  return text.normalize("NFKC").split(/\n|;/).map((line) => line.split(/[,\t]/).map(Number)).filter((at) => at.length === 2 && at.every(isFinite) && Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 90 && (at[0] || at[1]));
}

function shape(at) {
  if (!at.length) return NOTHING;
  const points = at.map((one) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: one } }));
  const ring = at.length > 2 ? [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...at, at[0]]] } }] : [];
  const line = at.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: at.length > 2 ? [...at, at[0]] : at } }] : [];
  return { type: "FeatureCollection", features: [...ring, ...line, ...points] };
}

function paints() {
  return {
    fill: { "fill-color": colour("brand"), "fill-opacity": .14 },
    line: { "line-color": colour("brand"), "line-width": 2.5 },
    points: { "circle-color": colour("surface"), "circle-radius": 5, "circle-stroke-color": colour("brand"), "circle-stroke-width": 2 },
    near: { "circle-color": colour("brand"), "circle-opacity": 0, "circle-radius": 9, "circle-stroke-color": colour("brand"), "circle-stroke-width": 2 },
  };
}

function extent(shape) {
  const box = [181, 91, -181, -91];
  const walk = (c) => { if (typeof c[0] === "number") { box[0] = Math.min(box[0], c[0]); box[1] = Math.min(box[1], c[1]); box[2] = Math.max(box[2], c[0]); box[3] = Math.max(box[3], c[1]); } else c.forEach(walk); };
  walk(shape.coordinates);
  return [[box[0], box[1]], [box[2], box[3]]];
}

// The nearest unit above the chosen one that has a border; the chosen one itself where nothing above it has.
function around(features, path) {
  for (let above = path.slice(0, -4); above; above = above.slice(0, -4)) { const found = features.find((f) => f.properties.path === above && f.geometry); if (found) return found; }
  return features.find((f) => f.properties.path === path && f.geometry);
}

const NEAR = 12; // pixels on the screen, whatever the zoom

// Every ring of every border, with the unit's path and the box around it.
function rings(features) {
  const found = [];
  features.forEach(({ properties, geometry }) => {
    if (!geometry) return;
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    parts.flat().forEach((at) => found.push({ path: properties.path, at, box: extent({ coordinates: at }) }));
  });
  return found;
}

// The nearest point of the line from a to b, and how many pixels away it is.
function beside(map, here, a, b) {
  const from = map.project(a), to = map.project(b), x = to.x - from.x, y = to.y - from.y, long = x * x + y * y;
  const part = long ? Math.min(1, Math.max(0, ((here.x - from.x) * x + (here.y - from.y) * y) / long)) : 0;
  return { far: Math.hypot(here.x - from.x - part * x, here.y - from.y - part * y), at: [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])] };
}

// Where a point near a border that is there belongs: on its nearest corner, else on its nearest edge; null where
// none is near. A corner is taken as it is stored, to the last digit: a sliver begins with a rounded one.
function snapped(map, held, path, at) {
  const here = map.project(at), low = map.unproject([here.x - NEAR, here.y + NEAR]), high = map.unproject([here.x + NEAR, here.y - NEAR]);
  let corner = { far: NEAR }, edge = { far: NEAR };
  held.forEach((ring) => {
    const [[west, south], [east, north]] = ring.box;
    if (ring.path === path || west > high.lng || east < low.lng || south > high.lat || north < low.lat) return;
    ring.at.forEach((one, n) => {
      const point = map.project(one), far = Math.hypot(point.x - here.x, point.y - here.y);
      if (far < corner.far) corner = { far, at: one };
      if (n && corner.at === undefined) { const near = beside(map, here, ring.at[n - 1], one); if (near.far < edge.far) edge = near; }
    });
  });
  return corner.at || edge.at || null;
}

// How many points there are, and what comes next.
function telling(room) {
  const said = room.querySelector(".mapsay"), words = said.dataset;
  return (n) => { said.hidden = false; said.textContent = [words.none, words.one, words.two][n] || words.many.replace("{n}", n); };
}

// Lines strong enough to draw along.
function strong(map) {
  Object.entries({ "line-opacity": 1, "line-width": 1.8, "line-color": colour("ink2") }).forEach(([name, value]) => map.setPaintProperty("lines", name, value));
}

// The chosen unit's parent fills the map; its own border, if it has one, stands out.
function following(map, room, unit, heard) {
  strong(map);
  fetch(room.dataset.borders).then((answer) => answer.json()).then(({ features }) => {
    heard(rings(features));
    const go = () => {
      const outer = around(features, unit.value);
      map.setFilter("mine", ["==", ["get", "path"], unit.value]);
      if (outer) map.fitBounds(extent(outer.geometry), { padding: 24, duration: 0 });
      room.dataset.around = outer ? outer.properties.path : "";
    };
    unit.addEventListener("change", go);
    go();
  }).catch(() => {});
}

// Where the next point would fall, by the switch and the Alt key.
function aiming(map, form) {
  let held = [];
  const on = form.querySelector("[data-snap]");
  const aim = (at, alt) => (on.checked && !alt ? snapped(map, held, form.elements.unit.value, at) : null);
  map.addSource("near", { type: "geojson", data: NOTHING });
  map.addLayer({ id: "near", type: "circle", source: "near", paint: paints().near });
  map.on("mousemove", (event) => {
    const at = aim(event.lngLat, event.originalEvent.altKey);
    map.getSource("near").setData(at ? shape([at]) : NOTHING);
  });
  return { aim, hear: (all) => { held = all; form.querySelector("[data-drawing]").dataset.snaps = String(all.length); } };
}

function drawOn(map, room) {
  const form = room.closest("form"), field = form.elements.border, paint = paints(), tell = telling(room);
  const layer = (id, type, geometry) => map.addLayer({ id, type, source: "drawn", filter: ["==", "$type", geometry], paint: paint[id] });
  map.addSource("drawn", { type: "geojson", data: shape(corners(field.value)) });
  layer("fill", "fill", "Polygon"); layer("line", "line", "LineString"); layer("points", "circle", "Point");
  const redraw = () => { const all = corners(field.value); map.getSource("drawn").setData(shape(all)); tell(all.length); };
  const { aim, hear } = aiming(map, form);
  const put = (at, alt) => {
    const lines = field.value.trim() ? field.value.trim().split("\n") : [], near = aim(at, alt);
    const said = near ? near.join(",") : at.lng.toFixed(6) + "," + at.lat.toFixed(6);
    if (lines[lines.length - 1] !== said) field.value = [...lines, said].join("\n");
    redraw();
  };
  const cross = document.createElement("span");
  cross.className = "cross"; cross.setAttribute("aria-hidden", "true");
  room.append(cross);
  map.on("click", (event) => put(event.lngLat, event.originalEvent.altKey));
  map.getCanvas().addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); put(map.getCenter(), event.altKey); } });
  field.addEventListener("input", redraw);
  form.querySelector("[data-undo]").addEventListener("click", () => { field.value = field.value.trim().split("\n").slice(0, -1).join("\n"); redraw(); });
  form.querySelector("[data-clear]").addEventListener("click", () => { field.value = ""; redraw(); });
  redraw();
  following(map, room, form.elements.unit, hear);
  const again = () => {
    Object.entries(paints()).forEach(([id, values]) => Object.entries(values).forEach(([name, value]) => map.setPaintProperty(id, name, value)));
    strong(map);
  };
  document.addEventListener("gz:theme", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
}

document.querySelectorAll("[data-drawing]").forEach((room) => {
  const begin = () => { const map = room.gezhiMap; if (map.isStyleLoaded()) drawOn(map, room); else map.once("load", () => drawOn(map, room)); };
  if (room.gezhiMap) begin(); else room.addEventListener("gz:map", begin, { once: true });
});
