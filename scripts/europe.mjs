// The countries of Europe as symbols of one SVG, from the public-domain shapes of Natural Earth (npm world-atlas),
// in the projection the European Union draws its maps in: Lambert's azimuthal equal-area around 52° N, 10° E.
import { readFileSync } from "node:fs";

export const WIDTH = 600;
export const HEIGHT = 560;
// Two letters (ISO) by the number Natural Earth gives; Kosovo has none there and is found by its name.
const CODES = {
  "008": "AL", "020": "AD", "040": "AT", "056": "BE", "070": "BA", "100": "BG", "112": "BY", "191": "HR", "196": "CY",
  "203": "CZ", "208": "DK", "233": "EE", "246": "FI", "250": "FR", "276": "DE", "300": "GR", "348": "HU", "352": "IS",
  "372": "IE", "380": "IT", "428": "LV", "438": "LI", "440": "LT", "442": "LU", "470": "MT", "498": "MD", "499": "ME",
  "528": "NL", "578": "NO", "616": "PL", "620": "PT", "642": "RO", "688": "RS", "703": "SK", "705": "SI", "724": "ES",
  "752": "SE", "756": "CH", "792": "TR", "804": "UA", "807": "MK", "826": "GB",
};
const BY_NAME = { Kosovo: "XK" };
const RADIANS = Math.PI / 180;
const [LAT0, LON0] = [52 * RADIANS, 10 * RADIANS];
const SCALE = 880;
const [MIDDLE_X, MIDDLE_Y] = [295, 290];
const [WEST, EAST, SOUTH, NORTH] = [-26, 46, 33, 72];
const COARSE = 0.55; // a bend smaller than this many units of the picture is left out

export function europe(path) {
  const topology = JSON.parse(readFileSync(path, "utf8"));
  const arcs = topology.arcs.map((arc) => decoded(arc, topology.transform));
  const symbols = topology.objects.countries.geometries
    .map((shape) => [CODES[shape.id] ?? BY_NAME[shape.properties.name], shape])
    .filter(([code]) => code)
    .map(([code, shape]) => symbol(code, outline(shape, arcs)));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.sort().join("")}</svg>\n`;
}

function symbol(code, path) {
  return `<symbol id="${code}" viewBox="0 0 ${WIDTH} ${HEIGHT}"><path d="${path}"/></symbol>`;
}

function decoded(arc, { scale, translate }) {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
}

function outline(shape, arcs) {
  const polygons = shape.type === "Polygon" ? [shape.arcs] : shape.arcs;
  const rings = polygons.map((polygon) => ring(polygon[0], arcs)).filter(isInEurope);
  const drawn = rings.map((points) => simplified(points.map(projected))).filter((points) => points.length > 3);
  // A country of islands or of one city still has its mark.
  return (drawn.length ? drawn : rings.slice(0, 1).map((points) => dot(points.map(projected)))).map(written).join("");
}

function ring(numbers, arcs) {
  return numbers.flatMap((number, index) => {
    const points = number < 0 ? [...arcs[~number]].reverse() : arcs[number];
    return index ? points.slice(1) : points;
  });
}

function isInEurope(points) {
  return points.some(([lon, lat]) => lon > WEST && lon < EAST && lat > SOUTH && lat < NORTH);
}

function projected([lon, lat]) {
  const [phi, lambda] = [lat * RADIANS, lon * RADIANS - LON0];
  const along = Math.sin(LAT0) * Math.sin(phi) + Math.cos(LAT0) * Math.cos(phi) * Math.cos(lambda);
  const k = SCALE * Math.sqrt(2 / (1 + along));
  const x = k * Math.cos(phi) * Math.sin(lambda);
  const y = k * (Math.cos(LAT0) * Math.sin(phi) - Math.sin(LAT0) * Math.cos(phi) * Math.cos(lambda));
  return [MIDDLE_X + x, MIDDLE_Y - y];
}

// D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points required to represent a digitized
// line or its caricature", Cartographica 10 (1973) 112-122.
function simplified(points) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points.at(-1)];
  let [at, farthest] = [0, 0];
  for (let index = 1; index < points.length - 1; index += 1) {
    const away = distance(points[index], first, last);
    if (away > farthest) [at, farthest] = [index, away];
  }
  if (farthest <= COARSE) return [first, last];
  return [...simplified(points.slice(0, at + 1)).slice(0, -1), ...simplified(points.slice(at))];
}

function distance([x, y], [x1, y1], [x2, y2]) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length === 0) return Math.hypot(x - x1, y - y1);
  return Math.abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length;
}

function dot(points) {
  const [x, y] = [points.reduce((sum, [px]) => sum + px, 0) / points.length, points.reduce((sum, [, py]) => sum + py, 0) / points.length];
  return [[x - 2, y - 2], [x + 2, y - 2], [x + 2, y + 2], [x - 2, y + 2]];
}

function written(points) {
  return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;
}
