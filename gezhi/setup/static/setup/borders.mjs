// Drawing one border, corner by corner. The text field beside the map is the truth: the map only writes into it and
// shows what stands there, so that whoever has no mouse loses nothing.
import { Map as Ground, setWorkerUrl } from "../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";

setWorkerUrl(new URL("../vendor/maplibre-gl-6.17.0/maplibre-gl-worker.mjs", import.meta.url).href);
const CHINA = [104, 35], NOTHING = { type: "FeatureCollection", features: [] };

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

function box(features) {
  let west = 181, south = 91, east = -181, north = -91;
  function walk(c) {
    if (typeof c[0] === "number") { west = Math.min(west, c[0]); east = Math.max(east, c[0]); south = Math.min(south, c[1]); north = Math.max(north, c[1]); } else c.forEach(walk);
  }
  features.forEach((one) => one.geometry && walk(one.geometry.coordinates));
  return west > east ? null : [[west, south], [east, north]];
}

async function begin(room) {
  const form = room.closest("form"), field = form.elements.border;
  let borders = NOTHING;
  try { borders = await (await fetch(room.dataset.borders)).json(); } catch (e) { /* drawn on blank ground */ }
  const inner = document.createElement("div");
  inner.className = "inner"; room.append(inner);
  const bounds = box([...borders.features, ...shape(corners(field.value)).features]);
  const map = new Ground({
    container: inner, attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, maxZoom: 19,
    center: CHINA, zoom: 3, ...(bounds ? { bounds, fitBoundsOptions: { padding: 24 } } : {}),
    style: {
      version: 8, sources: { units: { type: "geojson", data: borders }, drawn: { type: "geojson", data: NOTHING } },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": colour("ground") } },
        { id: "units", type: "line", source: "units", paint: { "line-color": colour("edge"), "line-width": 1, "line-dasharray": [3, 2] } },
        { id: "fill", type: "fill", source: "drawn", filter: ["==", "$type", "Polygon"], paint: { "fill-color": colour("brand"), "fill-opacity": .14 } },
        { id: "line", type: "line", source: "drawn", filter: ["==", "$type", "LineString"], paint: { "line-color": colour("brand"), "line-width": 2.5 } },
        { id: "points", type: "circle", source: "drawn", filter: ["==", "$type", "Point"], paint: { "circle-color": colour("surface"), "circle-radius": 5, "circle-stroke-color": colour("brand"), "circle-stroke-width": 2 } },
      ],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", room.getAttribute("aria-label") || "");
  function redraw() { const source = map.getSource("drawn"); if (source) source.setData(shape(corners(field.value))); }
  function put(at) { field.value = (field.value.trim() ? field.value.trim() + "\n" : "") + at.lng.toFixed(6) + "," + at.lat.toFixed(6); redraw(); }
  map.on("click", (event) => put(event.lngLat));
  map.getCanvas().addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); put(map.getCenter()); } });
  field.addEventListener("input", redraw);
  form.querySelector("[data-undo]").addEventListener("click", () => { field.value = field.value.trim().split("\n").slice(0, -1).join("\n"); redraw(); });
  form.querySelector("[data-clear]").addEventListener("click", () => { field.value = ""; redraw(); });
  map.once("load", redraw);
  map.once("idle", () => { room.dataset.ready = "1"; });
}

document.querySelectorAll("[data-drawing]").forEach((room) => { begin(room).catch(() => { room.hidden = true; }); });
