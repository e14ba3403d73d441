// Fills crates/web/assets/vendor, which the binary embeds: an allow-list of
// files from npm packages, and a Brotli twin of every asset under the name of
// its content, so that a twin can never be served for another content.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const ici = dirname(fileURLToPath(import.meta.url));
const assets = join(ici, "../crates/web/assets");
const vendor = join(assets, "vendor");

/** Package, file, and the licence that must travel with it. */
const COPIES = [
  ["maplibre-gl", "dist/maplibre-gl.mjs", "maplibre-gl.mjs"],
  ["maplibre-gl", "dist/maplibre-gl-worker.mjs", "maplibre-gl-worker.mjs"],
  ["maplibre-gl", "dist/maplibre-gl.css", "maplibre-gl.css"],
  ["maplibre-gl", "LICENSE.txt", "maplibre-gl.LICENSE.txt"],
];

mkdirSync(join(vendor, "br"), { recursive: true });

// Files already right keep their date: nothing is built again for them.
for (const [paquet, fichier, nom] of COPIES) {
  const voulu = readFileSync(join(ici, "node_modules", paquet, fichier));
  const la = join(vendor, nom);
  if (!existsSync(la) || !readFileSync(la).equals(voulu)) writeFileSync(la, voulu);
}
const connus = new Set(["br", ...COPIES.map(([, , nom]) => nom)]);
for (const nom of readdirSync(vendor)) if (!connus.has(nom)) rmSync(join(vendor, nom), { recursive: true });

// carte.js asks for the version it was written for: browsers keep files for ever.
const version = JSON.parse(readFileSync(join(ici, "node_modules/maplibre-gl/package.json"), "utf8")).version;
const carte = join(assets, "carte.js");
if (existsSync(carte) && !readFileSync(carte, "utf8").includes(`"${version}"`)) {
  throw new Error(`carte.js doit nommer la version ${version} de maplibre-gl`);
}

const jumeaux = new Set();
let avant = 0;
let apres = 0;
for (const dossier of [assets, vendor]) {
  for (const nom of readdirSync(dossier)) {
    if (!/\.(css|m?js|svg|json|webmanifest)$/.test(nom)) continue;
    const octets = readFileSync(join(dossier, nom));
    const empreinte = createHash("sha256").update(octets).digest("hex").slice(0, 10);
    const jumeau = join(vendor, "br", `${empreinte}.br`);
    if (!existsSync(jumeau)) {
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: octets.length };
      writeFileSync(jumeau, brotliCompressSync(octets, { params }));
    }
    jumeaux.add(`${empreinte}.br`);
    const { size } = statSync(jumeau);
    avant += octets.length;
    apres += size;
    console.log(`${nom.padEnd(28)} ${(octets.length / 1000).toFixed(1).padStart(8)} ko → ${(size / 1000).toFixed(1)} ko`);
  }
}
for (const nom of readdirSync(join(vendor, "br"))) if (!jumeaux.has(nom)) rmSync(join(vendor, "br", nom));
console.log(`${"Total".padEnd(28)} ${(avant / 1000).toFixed(1).padStart(8)} ko → ${(apres / 1000).toFixed(1)} ko`);
