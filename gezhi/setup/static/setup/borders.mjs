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
  const again = () => Object.entries(paints()).forEach(([id, values]) => Object.entries(values).forEach(([name, value]) => map.setPaintProperty(id, name, value)));
  document.addEventListener("gz:theme", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
}

document.querySelectorAll("[data-drawing]").forEach((room) => {
  const begin = () => { const map = room.gezhiMap; if (map.isStyleLoaded()) drawOn(map, room); else map.once("load", () => drawOn(map, room)); };
  if (room.gezhiMap) begin(); else room.addEventListener("gz:map", begin, { once: true });
});
