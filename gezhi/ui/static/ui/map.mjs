// A map with a blank base: unit borders as lines, one cell with one character, colours from the page.
// Beside every map stand plain fields, so that whoever has no WebGL, no script or no mouse loses nothing.
import { Map as Ground, Marker, setWorkerUrl } from "../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";

setWorkerUrl(new URL("../vendor/maplibre-gl-6.17.0/maplibre-gl-worker.mjs", import.meta.url).href);
const CHINA = [104, 35];
const NOTHING = { type: "FeatureCollection", features: [] };

function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim() || "#888888"; }

// Widths in pixels at zooms 11, 14 and 17, by class of road.
const ROADS = { main: [1.4, 5, 16], secondary: [.8, 3, 11], minor: [.3, 1.4, 7] };

function width(of) { return ["interpolate", ["exponential", 1.4], ["zoom"], 11, ROADS[of][0], 14, ROADS[of][1], 17, ROADS[of][2]]; }

function paints() {
  const road = { "line-color": colour("road") };
  return {
    ground: { "background-color": colour("ground") },
    land: { "fill-color": colour("block") },
    green: { "fill-color": colour("green") },
    water: { "fill-color": colour("water") },
    building: { "fill-color": colour("house") },
    minor: { ...road, "line-width": width("minor") },
    secondary: { ...road, "line-width": width("secondary") },
    main: { ...road, "line-width": width("main") },
    veil: { "fill-color": colour("paper"), "fill-opacity": .62 },
    lines: { "line-color": colour("edge"), "line-width": ["interpolate", ["linear"], ["zoom"], 11, .6, 15, 1.25], "line-opacity": ["interpolate", ["linear"], ["zoom"], 11, .55, 14, .85], "line-dasharray": [3, 2] },
    mine: { "line-color": colour("brand"), "line-width": 2.5, "line-dasharray": [2.5, 1.5] },
  };
}

// The tiles that the home names, the lowest layer first; the district's own picture is not drawn beside them.
function tiles(box) {
  const layers = JSON.parse(box.dataset.tiles || "[]").map((addresses, n) => ["tiles" + n, { type: "raster", tiles: addresses, tileSize: 256, maxzoom: 18 }]);
  return { sources: Object.fromEntries(layers), layers: layers.map(([id]) => ({ id, type: "raster", source: id })) };
}

function credit(box) {
  if (!box.dataset.credit) return;
  const said = document.createElement("p");
  said.className = "mapcredit"; said.textContent = box.dataset.credit;
  box.append(said);
}

function style(borders, here, box) {
  const under = tiles(box), base = under.layers.length ? NOTHING : box.dataset.base;
  const paint = paints(), round = { "line-join": "round", "line-cap": "round" };
  const drawn = (id) => ({ id, type: "fill", source: "base", filter: ["==", ["get", "layer"], id], paint: paint[id] });
  const road = (id) => ({ id, type: "line", source: "base", filter: ["all", ["==", ["get", "layer"], "road"], ["==", ["get", "class"], id]], paint: paint[id], layout: round });
  return {
    version: 8,
    sources: {
      base: { type: "geojson", data: base || NOTHING },
      units: { type: "geojson", data: borders },
      ...under.sources,
    },
    layers: [
      { id: "ground", type: "background", paint: paint.ground },
      ...under.layers,
      drawn("land"), drawn("green"), drawn("water"),
      { ...drawn("building"), minzoom: 13 },
      road("minor"), road("secondary"), road("main"),
      { id: "veil", type: "fill", source: "units", filter: ["==", ["get", "veiled"], true], paint: paint.veil },
      { id: "blocks", type: "fill", source: "units", filter: ["!=", ["get", "veiled"], true], paint: { "fill-opacity": 0 } },
      { id: "lines", type: "line", source: "units", paint: paint.lines, layout: { "line-join": "round" } },
      { id: "mine", type: "line", source: "units", filter: ["==", ["get", "path"], here], paint: paint.mine, layout: { "line-join": "round" } },
    ],
  };
}

// What is to be in view: the units that are not veiled, and a point if there is one.
function extent(borders, point) {
  let west = 181, south = 91, east = -181, north = -91;
  function walk(c) {
    if (typeof c[0] === "number") {
      west = Math.min(west, c[0]); east = Math.max(east, c[0]); south = Math.min(south, c[1]); north = Math.max(north, c[1]);
    } else c.forEach(walk);
  }
  const clear = borders.features.filter((f) => f.geometry && !f.properties.veiled);
  (clear.length ? clear : borders.features).forEach((f) => f.geometry && walk(f.geometry.coordinates));
  if (point && west <= east) walk(point);
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
  let borders = NOTHING;
  try { if (box.dataset.borders) borders = await (await fetch(box.dataset.borders)).json(); } catch (e) { /* a map without borders still takes a point */ }
  const here = box.dataset.here || (borders.features[0] || { properties: {} }).properties.path || "";
  const lon = parseFloat(box.dataset.lon), lat = parseFloat(box.dataset.lat), known = !isNaN(lon) && !isNaN(lat);
  const shows = known && !("pick" in box.dataset); // a matter's map shows the whole unit; picking begins at the point
  const own = borders.features.some((f) => f.geometry && f.properties.path === here);
  const bounds = shows && !own ? null : extent(borders, shows ? [lon, lat] : null);
  box.parentElement.querySelectorAll("[data-border-key]").forEach((key) => { key.hidden = !own; });
  const map = new Ground({
    container: inner, style: style(borders, here, box), attributionControl: false, dragRotate: false, pitchWithRotate: false,
    center: known ? [lon, lat] : CHINA, zoom: known ? 15.5 : 3, maxZoom: 19, fadeDuration: 0,
    ...(bounds && (shows || !known) ? { bounds, fitBoundsOptions: { padding: shows ? 32 : 18, maxZoom: 17 } } : {}),
  });
  box.gezhiMap = map;
  box.dispatchEvent(new CustomEvent("gz:map")); // whoever draws more on it waits for this
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", box.getAttribute("aria-label") || "");
  let marker = null;
  function mark(at) {
    if (!marker) marker = new Marker({ element: cell(box.dataset.glyph, box.dataset.state) });
    marker.setLngLat(at).addTo(map);
  }
  if (known) mark([lon, lat]);
  labels(map, borders, () => marker && marker.getLngLat(), "drawing" in box.dataset);
  const place = "pick" in box.dataset ? picking(box, map, mark) : null;
  keys(box, map, place);
  credit(box);
  document.addEventListener("gz:theme", () => repaint(map));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => repaint(map));
  map.once("idle", () => { box.dataset.ready = "1"; });
  box.querySelector("[data-opening]")?.remove();
}

// Names of the deepest level of which no more than a dozen are in sight; those that would touch are left out. While
// a border is drawn, those of the deepest level however many there are.
const NAMES = 12;

function labels(map, borders, marked, always) {
  const units = borders.features.map((f) => f.properties).filter((p) => !p.veiled && p.lon != null);
  const depths = [...new Set(units.map((p) => p.path.length))].sort((a, b) => b - a);
  const signs = new globalThis.Map();
  function sign(unit) {
    if (!signs.has(unit.path)) signs.set(unit.path, new Marker({ element: label(unit) }).setLngLat([unit.lon, unit.lat]));
    return signs.get(unit.path);
  }
  function draw() {
    const sight = map.getBounds(), seen = units.filter((p) => sight.contains([p.lon, p.lat]));
    const many = (d) => seen.filter((p) => p.path.length === d).length;
    const few = depths.find((d) => many(d) > 0 && (always || many(d) <= NAMES));
    const taken = [], point = marked() && map.project(marked());
    if (point) taken.push([point.x, point.y, 30]);
    signs.forEach((one) => one.remove());
    seen.filter((p) => p.path.length === few).forEach((unit) => {
      const at = map.project([unit.lon, unit.lat]), wide = unit.name.length * 13;
      if (taken.some(([x, y, w]) => Math.abs(x - at.x) < (w + wide) / 2 && Math.abs(y - at.y) < 20)) return;
      taken.push([at.x, at.y, wide]);
      sign(unit).addTo(map);
    });
  }
  map.on("moveend", draw);
  map.once("load", draw);
}

// In which unit a point lies, said under the map while it is picked.
function telling(box, map) {
  const said = document.createElement("p");
  said.className = "mapsay"; said.hidden = true; said.setAttribute("role", "status");
  box.append(said);
  function tell(at) {
    const hit = map.queryRenderedFeatures(map.project(at), { layers: ["blocks", "veil"] }).map((f) => f.properties);
    const names = hit.sort((a, b) => a.path.length - b.path.length).slice(-2).map((p) => p.name);
    said.textContent = names.join(" / "); said.hidden = !names.length;
  }
  return (at) => { map.once("idle", () => tell(at)); map.triggerRepaint(); };
}

function picking(box, map, mark) {
  const form = box.closest("form"), lon = form.elements.lon, lat = form.elements.lat, datum = form.elements.datum;
  const cross = document.createElement("span");
  cross.className = "cross"; cross.setAttribute("aria-hidden", "true");
  box.append(cross);
  const tell = telling(box, map);
  function place(at) {
    lon.value = at.lng.toFixed(6); lat.value = at.lat.toFixed(6);
    if (datum) datum.value = "wgs84";
    mark(at);
    tell(at);
    lon.dispatchEvent(new Event("input", { bubbles: true }));
  }
  map.on("click", (event) => place(event.lngLat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); place(map.getCenter()); }
  });
  function follow() {
    const x = parseFloat(lon.value), y = parseFloat(lat.value);
    if (Math.abs(x) <= 180 && Math.abs(y) <= 90) { mark([x, y]); tell([x, y]); map.easeTo({ center: [x, y], zoom: Math.max(map.getZoom(), 14) }); }
  }
  [lon, lat].forEach((field) => field.addEventListener("change", follow));
  form.addEventListener("gz:placed", follow);
  return place;
}

function repaint(map) {
  Object.entries(paints()).forEach(([layer, paint]) => Object.entries(paint).forEach(([name, value]) => map.setPaintProperty(layer, name, value)));
}

document.querySelectorAll("[data-map]").forEach((box) => {
  begin(box).catch(() => {
    box.hidden = true;
    if (box.nextElementSibling?.matches(".maplegend")) box.nextElementSibling.hidden = true;
  });
});
