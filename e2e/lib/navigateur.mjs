// Chromium, one context per person, and the checks made on every page.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** @import { Browser, BrowserContext, Page } from "playwright-core" */

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const REGLES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "RGAAv4"];
const RESULTATS = join(import.meta.dirname, "../resultats");
mkdirSync(RESULTATS, { recursive: true });

/** Pictures of the guides, taken when MAILLAGE_CAPTURES is set: what the journeys
 * examine, and the width it is shown at. @type {Record<string, [string, 320 | 1280]>} */
const CAPTURES = {
  "Conseiller numérique /": ["conseiller-accueil", 320],
  "Conseiller numérique /activites/individuel": ["conseiller-individuel", 320],
  "Conseiller numérique /activites/atelier": ["conseiller-atelier", 320],
  "Conseiller numérique /activites/semaine": ["conseiller-semaine", 1280],
  "Conseiller numérique /statistiques": ["conseiller-statistiques", 1280],
  "saisie-individuel": ["hors-connexion-saisie", 320],
  "saisie-file": ["hors-connexion-file", 320],
  arbitrage: ["conseiller-arbitrage", 320],
  "Coordinateur /equipe": ["coordinateur-equipe", 1280],
  "Coordinateur /activites/equipe": ["coordinateur-activites", 1280],
  "Coordinateur /coordination": ["coordinateur-coordination", 1280],
  "Coordinateur /statistiques": ["coordinateur-statistiques", 1280],
};
/** Taken once: the first time is the telling one. @type {Set<string>} */
const prises = new Set();
const GUIDE = join(import.meta.dirname, "../../docs/captures/guide");

/** Every page is looked at four times. */
const VUES = /** @type {const} */ ([
  { largeur: 1280, theme: "light" },
  { largeur: 1280, theme: "dark" },
  { largeur: 320, theme: "dark" },
  { largeur: 320, theme: "light" },
]);

/** Complaints that are no fault of the page. */
const TOLERES = [
  /GPU stall|GL Driver|WebGL/, // software drawing of a machine without a card
  /Autofocus processing was blocked/,
];

/** @returns {Promise<Browser>} */
export function ouvrir() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--enable-unsafe-swiftshader"],
  });
}

/** A person at a screen; what the console complains of is kept in `plaintes`.
 * @param {Browser} navigateur @param {string} url
 * @param {{ largeur?: number, javascript?: boolean }} [choix] */
export async function personne(navigateur, url, choix = {}) {
  const contexte = await navigateur.newContext({
    baseURL: url,
    viewport: { width: choix.largeur ?? 1280, height: 900 },
    locale: "fr-FR",
    timezoneId: "Europe/Paris",
    reducedMotion: "reduce",
    bypassCSP: false,
    javaScriptEnabled: choix.javascript ?? true,
  });
  const page = await contexte.newPage();
  /** @type {string[]} */
  const plaintes = [];
  page.on("console", (m) => {
    if (!["error", "warning"].includes(m.type()) || TOLERES.some((t) => t.test(m.text()))) return;
    // The browser says so of every 4xx page; statuses are checked apart.
    if (/the server responded with a status of (404|422|403)/.test(m.text())) return;
    plaintes.push(`${page.url()} : ${m.text()}`);
  });
  page.on("pageerror", (e) => plaintes.push(`${page.url()} : ${e.message}`));
  return { contexte, page, plaintes };
}

/** axe, reflow and targets on the page shown, in both schemes and widths;
 * returns what is wrong, and leaves four pictures under `nom`.
 * @param {Page} page @param {string} nom */
export async function examiner(page, nom) {
  /** @type {string[]} */
  const fautes = [];
  const avant = page.viewportSize();
  for (const { largeur, theme } of VUES) {
    await page.setViewportSize({ width: largeur, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    const ici = `${nom} (${largeur} px, ${theme === "dark" ? "sombre" : "clair"})`;
    fautes.push(...(await axe(page)).map((f) => `${ici} : ${f}`));
    if (largeur === 320) {
      const large = await page.evaluate(() => {
        const trop = document.documentElement.scrollWidth - innerWidth;
        if (trop <= 0) return "";
        const qui = [...document.querySelectorAll("body *")].find((e) => e.getBoundingClientRect().right > innerWidth + 1);
        return `${trop} px de trop : ${qui?.outerHTML.slice(0, 160)}`;
      });
      if (large) fautes.push(`${ici} : défilement horizontal, ${large}`);
    }
    const image = nom.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "accueil";
    await page.screenshot({ path: join(RESULTATS, `${image}-${largeur}-${theme}.png`), fullPage: true });
    const [capture, a] = CAPTURES[nom] ?? [];
    if (process.env.MAILLAGE_CAPTURES && capture && a === largeur && theme === "light" && !prises.has(capture)) {
      prises.add(capture);
      await page.screenshot({ path: join(GUIDE, `${capture}.png`), clip: { x: 0, y: 0, width: largeur, height: largeur === 320 ? 760 : 860 }, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  if (avant) await page.setViewportSize(avant);
  return fautes;
}

/** @param {Page} page @returns {Promise<string[]>} */
async function axe(page) {
  await page.evaluate(AXE);
  return page.evaluate(async (regles) => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run(document, {
      runOnly: { type: "tag", values: regles },
      resultTypes: ["violations"],
    });
    return violations.flatMap((/** @type {any} */ v) =>
      v.nodes.slice(0, 3).map((/** @type {any} */ n) => `${v.id} : ${v.help} : ${n.html.slice(0, 200)}`),
    );
  }, REGLES);
}

/** Bytes and requests of a page opened with nothing in cache.
 * @param {BrowserContext} contexte @param {string} chemin */
export async function peser(contexte, chemin) {
  const page = await contexte.newPage();
  const cdp = await contexte.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.clearBrowserCache");
  let octets = 0;
  let requetes = 0;
  cdp.on("Network.requestWillBeSent", () => (requetes += 1));
  cdp.on("Network.loadingFinished", (e) => (octets += e.encodedDataLength));
  const reponse = await page.goto(chemin, { waitUntil: "networkidle" });
  await page.close();
  return { octets, requetes, statut: reponse?.status() };
}
