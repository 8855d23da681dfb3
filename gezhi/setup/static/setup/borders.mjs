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

// Lines strong enough to draw along.
function strong(map) {
  Object.entries({ "line-opacity": 1, "line-width": 1.8, "line-color": colour("ink2") }).forEach(([name, value]) => map.setPaintProperty("lines", name, value));
}

// The chosen unit's parent fills the map; its own border, if it has one, stands out.
function following(map, room, unit) {
  strong(map);
  fetch(room.dataset.borders).then((answer) => answer.json()).then(({ features }) => {
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

function drawOn(map, room) {
  const form = room.closest("form"), field = form.elements.border, paint = paints();
  const layer = (id, type, geometry) => map.addLayer({ id, type, source: "drawn", filter: ["==", "$type", geometry], paint: paint[id] });
  map.addSource("drawn", { type: "geojson", data: shape(corners(field.value)) });
  layer("fill", "fill", "Polygon"); layer("line", "line", "LineString"); layer("points", "circle", "Point");
  const redraw = () => map.getSource("drawn").setData(shape(corners(field.value)));
  const put = (at) => { field.value = (field.value.trim() ? field.value.trim() + "\n" : "") + at.lng.toFixed(6) + "," + at.lat.toFixed(6); redraw(); };
  map.on("click", (event) => put(event.lngLat));
  map.getCanvas().addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); put(map.getCenter()); } });
  field.addEventListener("input", redraw);
  form.querySelector("[data-undo]").addEventListener("click", () => { field.value = field.value.trim().split("\n").slice(0, -1).join("\n"); redraw(); });
  form.querySelector("[data-clear]").addEventListener("click", () => { field.value = ""; redraw(); });
  following(map, room, form.elements.unit);
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
