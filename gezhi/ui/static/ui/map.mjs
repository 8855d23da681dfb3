// A map with a blank base: unit borders as lines, one cell with one character, colours from the page.
// Beside every map stand plain fields, so that whoever has no WebGL, no script or no mouse loses nothing.
import { Map as Ground, Marker, setWorkerUrl } from "../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";

setWorkerUrl(new URL("../vendor/maplibre-gl-6.17.0/maplibre-gl-worker.mjs", import.meta.url).href);
const CHINA = [104, 35];

function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim() || "#888888"; }

function paints() {
  return {
    ground: { "background-color": colour("ground") },
    blocks: { "fill-color": ["case", ["get", "veiled"], colour("paper"), colour("block")], "fill-opacity": ["case", ["get", "veiled"], .9, .55] },
    lines: { "line-color": colour("edge"), "line-width": ["case", ["get", "veiled"], .75, 1.25], "line-opacity": .8 },
    mine: { "line-color": colour("brand"), "line-width": 2.5, "line-dasharray": [2.5, 1.5] },
  };
}

function style(borders, here) {
  const paint = paints();
  return {
    version: 8,
    sources: { units: { type: "geojson", data: borders } },
    layers: [
      { id: "ground", type: "background", paint: paint.ground },
      { id: "blocks", type: "fill", source: "units", paint: paint.blocks },
      { id: "lines", type: "line", source: "units", paint: paint.lines, layout: { "line-join": "round" } },
      { id: "mine", type: "line", source: "units", filter: ["==", ["get", "path"], here], paint: paint.mine, layout: { "line-join": "round" } },
    ],
  };
}

function extent(borders) {
  let west = 181, south = 91, east = -181, north = -91;
  function walk(c) {
    if (typeof c[0] === "number") {
      west = Math.min(west, c[0]); east = Math.max(east, c[0]); south = Math.min(south, c[1]); north = Math.max(north, c[1]);
    } else c.forEach(walk);
  }
  const clear = borders.features.filter((f) => f.geometry && !f.properties.veiled);
  (clear.length ? clear : borders.features).forEach((f) => f.geometry && walk(f.geometry.coordinates));
  return west > east ? null : [[west, south], [east, north]];
}

function cell(glyph, state) {
  const made = document.createElement("span");
  made.className = "glyph " + (state || "");
  made.textContent = glyph || document.body.dataset.here;
  made.setAttribute("aria-hidden", "true");
  return made;
}

function label(unit) {
  const made = document.createElement("span");
  made.className = "unit";
  made.textContent = unit.name;
  return made;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "i"); svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", new URL("icons.svg", import.meta.url).pathname + "#" + name);
  svg.append(use);
  return svg;
}

function keys(box, map, place) {
  const bar = document.createElement("div");
  bar.className = "keys1";
  const words = document.body.dataset;
  const made = [["plus", words.closer, () => map.zoomIn()], ["minus", words.farther, () => map.zoomOut()]];
  if (place) made.push(["target", words.centre, () => place(map.getCenter())]);
  made.forEach(([sign, name, act]) => {
    const button = document.createElement("button");
    button.type = "button"; button.append(icon(sign)); button.setAttribute("aria-label", name); button.title = name;
    button.addEventListener("click", act);
    bar.append(button);
  });
  box.append(bar);
}

async function begin(box) {
  const inner = document.createElement("div");
  inner.className = "inner";
  box.append(inner);
  let borders = { type: "FeatureCollection", features: [] };
  try { if (box.dataset.borders) borders = await (await fetch(box.dataset.borders)).json(); } catch (e) { /* a map without borders still takes a point */ }
  const here = box.dataset.here || (borders.features[0] || { properties: {} }).properties.path || "";
  const lon = parseFloat(box.dataset.lon), lat = parseFloat(box.dataset.lat), known = !isNaN(lon) && !isNaN(lat);
  const bounds = extent(borders);
  const map = new Ground({
    container: inner, style: style(borders, here), attributionControl: false, dragRotate: false, pitchWithRotate: false,
    center: known ? [lon, lat] : CHINA, zoom: known ? 15.5 : 3, maxZoom: 19, fadeDuration: 0,
    ...(bounds && !known ? { bounds, fitBoundsOptions: { padding: 18 } } : {}),
  });
  box.gezhiMap = map;
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", box.getAttribute("aria-label") || "");
  let marker = null;
  function mark(at) {
    if (!marker) marker = new Marker({ element: cell(box.dataset.glyph, box.dataset.state) });
    marker.setLngLat(at).addTo(map);
  }
  if (known) mark([lon, lat]);
  labels(map, borders);
  const place = "pick" in box.dataset ? picking(box, map, mark) : null;
  keys(box, map, place);
  document.addEventListener("gz:theme", () => repaint(map));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => repaint(map));
  map.once("idle", () => { box.dataset.ready = "1"; });
}

// Names of units appear from the zoom at which their neighbours' names do not touch them.
function labels(map, borders) {
  const paths = borders.features.map((f) => f.properties.path);
  const isLeaf = (p) => !paths.some((path) => path.length > p.path.length && path.startsWith(p.path));
  const shown = borders.features.map((f) => f.properties).filter((p) => !p.veiled && p.lon != null && isLeaf(p)).slice(0, 120)
    .map((p) => ({ name: p.name, lon: p.lon, lat: p.lat, sign: new Marker({ element: label(p) }).setLngLat([p.lon, p.lat]) }));
  function draw() {
    const taken = [];
    shown.forEach((unit) => {
      const at = map.project([unit.lon, unit.lat]), width = unit.name.length * 13;
      const free = taken.every(([x, y, w]) => Math.abs(x - at.x) > (w + width) / 2 || Math.abs(y - at.y) > 18);
      if (free) { taken.push([at.x, at.y, width]); unit.sign.addTo(map); } else unit.sign.remove();
    });
  }
  map.on("moveend", draw);
  map.once("load", draw);
}

function picking(box, map, mark) {
  const form = box.closest("form"), lon = form.elements.lon, lat = form.elements.lat, datum = form.elements.datum;
  const cross = document.createElement("span");
  cross.className = "cross"; cross.setAttribute("aria-hidden", "true");
  box.append(cross);
  function place(at) {
    lon.value = at.lng.toFixed(6); lat.value = at.lat.toFixed(6);
    if (datum) datum.value = "wgs84";
    mark(at);
    lon.dispatchEvent(new Event("input", { bubbles: true }));
  }
  map.on("click", (event) => place(event.lngLat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); place(map.getCenter()); }
  });
  function follow() {
    const x = parseFloat(lon.value), y = parseFloat(lat.value);
    if (Math.abs(x) <= 180 && Math.abs(y) <= 90) { mark([x, y]); map.easeTo({ center: [x, y], zoom: Math.max(map.getZoom(), 14) }); }
  }
  [lon, lat].forEach((field) => field.addEventListener("change", follow));
  form.addEventListener("gz:placed", follow);
  return place;
}

function repaint(map) {
  Object.entries(paints()).forEach(([layer, paint]) => Object.entries(paint).forEach(([name, value]) => map.setPaintProperty(layer, name, value)));
}

document.querySelectorAll("[data-map]").forEach((box) => {
  begin(box).catch(() => { box.hidden = true; });
});
