// Builds style, scripts, fonts, icons and the map into one folder of hashed files with a manifest.
// Usage: node scripts/assets.mjs OUTPUT SOURCES_HASH   (node_modules must be there)
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { europe } from "./europe.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assets = join(root, "peer_visits", "web", "assets");
const output = resolve(process.argv[2] ?? join(root, "peer_visits", "web", "static"));
const sourcesHash = process.argv[3] ?? "";
const COMPRESSIBLE = new Set([".css", ".js", ".svg", ".json", ".txt"]);
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const files = {};
mkdirSync(output, { recursive: true });
await bundle();
writeSprite();
writeMap();
copyPublic();
writeFileSync(join(output, "manifest.json"), JSON.stringify({ sources: sourcesHash, files }, null, 2));
compress();
console.log(`${Object.keys(files).length} files`);

async function bundle() {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(assets, "app.css"), join(assets, "app.js")],
    outdir: output,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome123", "firefox120", "safari17.5"],
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  for (const [path, { entryPoint, inputs }] of Object.entries(result.metafile.outputs)) {
    const source = entryPoint ?? Object.keys(inputs)[0];
    if (source) files[basename(source)] = basename(path);
  }
}

function writeSprite() {
  const names = readFileSync(join(assets, "icons.txt"), "utf8").split("\n").map((line) => line.trim());
  const symbols = names.filter((name) => name && !name.startsWith("#")).map(symbol);
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  writeHashed("icons.svg", Buffer.from(sprite));
}

function writeMap() {
  const shapes = join(root, "node_modules", "world-atlas", "countries-50m.json");
  writeHashed("europe.svg", Buffer.from(europe(shapes)));
}

function symbol(name) {
  const source = readFileSync(join(root, "node_modules", "lucide-static", "icons", `${name}.svg`), "utf8");
  const inner = source.replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1].replace(/\s*\n\s*/g, "");
  // Stroke and colour stand on the symbol, so that a page needs no more than <use>.
  return (
    `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`
  );
}

function copyPublic() {
  for (const name of readdirSync(join(assets, "public"))) {
    if (!name.startsWith(".")) writeHashed(name, readFileSync(join(assets, "public", name)));
  }
}

function writeHashed(name, content) {
  const extension = extname(name);
  const file = `${basename(name, extension)}-${shortHash(content)}${extension}`;
  writeFileSync(join(output, file), content);
  files[name] = file;
}

function shortHash(content) {
  return [...createHash("sha256").update(content).digest().subarray(0, 8)].map((byte) => BASE32[byte % 32]).join("");
}

function compress() {
  for (const name of readdirSync(output)) {
    if (!COMPRESSIBLE.has(extname(name))) continue;
    const content = readFileSync(join(output, name));
    writeFileSync(join(output, `${name}.gz`), gzipSync(content, { level: 9 }));
    writeFileSync(join(output, `${name}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
  }
}
