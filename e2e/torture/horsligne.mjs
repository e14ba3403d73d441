// `cargo xtask torture offline --runs N`: random days without network, with
// everything that goes wrong, then one question: does the server hold each
// entry exactly once? (issue 3, acceptance 2).
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CODE, activer, enAttente } from "../lib/saisie.mjs";
import { Mandataire } from "./mandataire.mjs";
import { lancer } from "./navigateur.mjs";
import { revenirEnVersion1 } from "./version1.mjs";

const option = (/** @type {string} */ nom, /** @type {number} */ defaut) => {
  const i = process.argv.indexOf(`--${nom}`);
  return i > 0 ? Number(process.argv[i + 1]) : defaut;
};
const TOURS = option("runs", 100);
const GRAINE = option("graine", Math.floor(Math.random() * 1e9));

/** A small generator that repeats (mulberry32). */
let etat = GRAINE >>> 0;
function hasard() {
  etat = (etat + 0x6d2b79f5) >>> 0;
  let t = etat;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
/** @template T @param {T[]} v @returns {T} */
const tirer = (v) => v[Math.floor(hasard() * v.length)];
const dormir = (/** @type {number} */ ms) => new Promise((ok) => setTimeout(ok, ms));

const dossier = mkdtempSync(join(tmpdir(), "maillage-torture-"));
const binaire = process.env.MAILLAGE_BINAIRE ?? join(import.meta.dirname, "../../target/debug/maillage");

// --- The server ---

/** @type {import("node:child_process").ChildProcess} */
let serveur = /** @type {any} */ (null);
let [courriel, motDePasse] = ["", ""];

/** @param {number} port @returns {Promise<number>} */
async function demarrer(port) {
  serveur = spawn(binaire, ["demo", "--base", join(dossier, "demo.sqlite"), "--port", String(port), "--taille", "petite"], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, MAILLAGE_JOURNAL: "error" },
  });
  for await (const ligne of createInterface({ input: /** @type {any} */ (serveur.stdout) })) {
    motDePasse = /mot de passe : (\S+)\)/.exec(ligne)?.[1] ?? motDePasse;
    const compte = /^\s+(\S+@\S+)\s+Conseill.*$/.exec(ligne);
    if (compte) courriel ||= compte[1];
    const url = /ouvert : http:\/\/localhost:(\d+)/.exec(ligne);
    if (url) {
      serveur.stdout?.resume();
      return Number(url[1]);
    }
  }
  throw new Error("le serveur ne démarre pas");
}

/** One death at a time. */
let deces = Promise.resolve();
function tuerLeServeur() {
  return (deces = deces.then(mourir, mourir));
}

async function mourir() {
  const mort = new Promise((ok) => serveur?.once("exit", ok));
  serveur?.kill("SIGKILL");
  await mort;
  await demarrer(mandataire.cible);
}

// --- What was said and what is held ---

/** Entries acknowledged on the device: « date durée ». @type {Set<string>} */
const promises = new Set();
/** Entries a kill cut in the middle: on the server once, or not at all. @type {Set<string>} */
const douteuses = new Set();
let numero = 0;

/** A day and a duration nobody else has. */
function signe() {
  const durees = [...Array(235).keys()].map((n) => n + 5).filter((n) => n % 5);
  const n = numero++;
  const jour = new Date(Date.now() - (4 + Math.floor(n / durees.length)) * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
  return { jour, duree: durees[n % durees.length] };
}

/** What the server holds, by its own export. @returns {Promise<Map<string, number>>} */
async function tenues() {
  const cookies = await vivant.contexte.cookies();
  const cookie = cookies.map((c) => `${c.name}=${c.value}`).join("; ");
  const vues = new Map();
  for (const mois of new Set([0, 31, 62].map((j) => new Date(Date.now() - j * 86_400_000).toISOString().slice(0, 7)))) {
    const r = await fetch(`${adresse}/activites/export?mois=${mois}&format=csv`, { headers: { cookie } });
    if (!r.ok) throw new Error(`export : ${r.status}`);
    for (const ligne of (await r.text()).split(/\r?\n/)) {
      const c = ligne.split(";").map((x) => x.replace(/^"|"$/g, ""));
      if (!/^[0-9a-f-]{36}$/.test(c[0].replace(/^\ufeff/, ""))) continue;
      const cle = `${c[1]} ${c[10]}`;
      vues.set(cle, (vues.get(cle) ?? 0) + 1);
    }
  }
  return vues;
}

// --- The person ---

const mandataire = new Mandataire();
let adresse = "";
/** @type {import("./navigateur.mjs").Vivant} */
let vivant = /** @type {any} */ (null);

/** Types the code, and waits for what it opens. */
async function entrerCode() {
  const { page } = vivant;
  await page.getByLabel("Votre code").fill(CODE, { timeout: 2_000 });
  await page.getByRole("button", { name: "Déverrouiller" }).click({ timeout: 2_000 });
  await page.locator("h1", { hasText: "Déverrouiller la saisie" }).waitFor({ state: "hidden", timeout: 10_000 });
}

/** The entry screen, whatever is on screen. @returns {Promise<void>} */
async function ouvrirSaisie() {
  const { page } = vivant;
  for (let i = 0; i < 5; i++) {
    const titre = await page.locator("h1").innerText({ timeout: 5_000 }).catch(() => "");
    if (titre === "Activer la saisie hors connexion") mandataire.mode = "passe";
    if (titre === "Saisir un accompagnement") return;
    if (titre === "Déverrouiller la saisie") await entrerCode().catch(() => null);
    else if (titre === "Saisie") {
      // Erased and signed out: one signs in, which needs the network.
      mandataire.mode = "passe";
      await connecter();
      await page.goto(`${adresse}/saisie/`);
    } else if (titre === "Activer la saisie hors connexion") return activer(page, "Torture", `${adresse}/saisie/`);
    else if (titre === "C'est noté") await page.getByRole("link", { name: "Saisir le suivant" }).click({ timeout: 2_000 }).catch(() => null);
    else await page.goto(`${adresse}/saisie/`).catch(() => null);
    await page
      .locator("h1", { hasText: /Saisir un accompagnement|Déverrouiller|Activer/ })
      .waitFor({ timeout: 5_000 })
      .catch(() => null);
  }
  await page.getByRole("heading", { level: 1, name: "Saisir un accompagnement" }).waitFor({ timeout: 5_000 });
}

/** Fills an entry and saves it. `tuer`: the browser dies while it saves. @param {boolean} tuer */
async function saisir(tuer) {
  const { page } = vivant;
  await ouvrirSaisie();
  const { jour, duree } = signe();
  const cle = `${jour} ${duree}`;
  await page.getByLabel("Date", { exact: true }).fill(jour);
  await page.locator("#autre-duree").evaluate((e) => e.closest("details")?.setAttribute("open", ""));
  await page.locator("#autre-duree").fill(String(duree));
  await page.getByLabel("E-mail", { exact: true }).check();
  if (hasard() < 0.3) await page.getByLabel("Poursuite en atelier", { exact: true }).check();
  const enregistrer = page.getByRole("button", { name: "Enregistrer" });
  if (tuer) {
    douteuses.add(cle);
    await Promise.race([enregistrer.click({ noWaitAfter: true }).catch(() => null), dormir(hasard() * 60)]);
    return relancer();
  }
  await enregistrer.click();
  await page.getByText("Enregistré sur cet appareil").waitFor();
  promises.add(cle);
}

async function relancer() {
  await vivant.tuer();
  vivant = await lancer(join(dossier, "profil"), `${adresse}/saisie/`);
}

async function connecter() {
  const { page } = vivant;
  await vivant.contexte.clearCookies();
  await page.goto(`${adresse}/connexion?suite=/compte`);
  await page.getByLabel("Adresse électronique").fill(courriel);
  await page.getByLabel("Mot de passe").fill(motDePasse);
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.waitForURL(/\/compte/);
}

/** Everything back: the queue empties. */
async function vider() {
  mandataire.mode = "passe";
  const { page } = vivant;
  await page.goto(`${adresse}/saisie/`).catch(() => null);
  await ouvrirSaisie();
  const fin = Date.now() + 60_000;
  let relance = Date.now() + 3_000;
  while (Date.now() < fin) {
    if ((await enAttente(page).catch(() => -1)) === 0) return;
    if (Date.now() > relance) {
      // The person presses the button rather than wait for the back-off.
      await page.evaluate(() => (location.hash = "#file"));
      const etat = await page.locator("main").innerText().catch(() => "");
      if (/Reconnectez-vous/.test(etat)) {
        await connecter();
        await page.goto(`${adresse}/saisie/#file`);
        await page.waitForTimeout(300);
        if (await page.getByLabel("Votre code").count()) await entrerCode().catch(() => null);
      }
      await page.getByRole("button", { name: "Envoyer maintenant" }).click({ timeout: 1_000 }).catch(() => null);
      relance = Date.now() + 3_000;
    }
    await dormir(50);
  }
  throw new Error(`la file ne se vide pas :\n${await page.locator("main").innerText()}`);
}

// --- One run ---

/** What can go wrong between two entries. @type {Record<string, () => Promise<void>>} */
const ACCIDENTS = {
  "hors ligne": async () => mandataire.couper(),
  "réponse perdue": async () => void (mandataire.mode = "perdue"),
  "envoi doublé": async () => void (mandataire.mode = "double"),
  "serveur tué à l'envoi": async () => void (mandataire.mode = "tue"),
  "serveur tué": tuerLeServeur,
  "navigateur tué": relancer,
  "session terminée": () => vivant.contexte.clearCookies(),
  "horloge décalée": async () => {
    const heures = tirer([-49, -3, 3, 20, 49]);
    await vivant.page.addInitScript((h) => {
      const vraie = Date.now;
      const decale = () => vraie() + h * 3_600_000;
      const D = Date;
      // @ts-ignore
      globalThis.Date = class extends D {
        constructor(/** @type {any[]} */ ...a) {
          // @ts-ignore
          super(...(a.length ? a : [decale()]));
        }
        static now() {
          return decale();
        }
      };
    }, heures);
    await vivant.page.reload().catch(() => null);
  },
  "nouvelle version": async () => {
    mandataire.publication += 1;
    await vivant.page.reload().catch(() => null);
  },
  "mise à jour, file pleine": async () => {
    // Only what was never sent: the network goes before anything is written.
    await vider();
    mandataire.couper();
    for (let i = 0; i < 2; i++) await saisir(false);
    await vivant.page.goto(`${adresse}/saisie/`).catch(() => null);
    const modules = await vivant.page.evaluate(() => /** @type {HTMLScriptElement} */ (document.querySelector("script[type=module]")).src.replace(/[^/]+$/, ""));
    const n = await vivant.page.evaluate(revenirEnVersion1, { code: CODE, modules });
    if (n !== 2) throw new Error(`${n} opérations réécrites au lieu de 2`);
    await vivant.page.reload().catch(() => null);
  },
  "appareil retiré": async () => {
    const id = await appareil();
    const cookies = await vivant.contexte.cookies();
    await fetch(`http://127.0.0.1:${mandataire.cible}/appareils/${id}/revoquer`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie: cookies.map((c) => `${c.name}=${c.value}`).join("; "), "content-type": "application/x-www-form-urlencoded" },
      body: "motif=retrait",
    });
  },
};

/** @returns {Promise<string>} */
function appareil() {
  return vivant.page.evaluate(async () => {
    const nom = (await indexedDB.databases()).find((b) => b.name?.startsWith("saisie-"))?.name;
    if (!nom) return "";
    return new Promise((ok) => {
      const d = indexedDB.open(nom);
      d.onsuccess = () => {
        const r = d.result.transaction("meta").objectStore("meta").get("appareil");
        r.onsuccess = () => {
          d.result.close();
          ok(r.result?.appareil ?? "");
        };
      };
    });
  });
}

/** @param {number} n @param {Record<string, number>} vus */
async function tour(n, vus) {
  const recit = [];
  const gestes = 2 + Math.floor(hasard() * 4);
  try {
    for (let i = 0; i < gestes; i++) {
      if (hasard() < 0.6) {
        const nom = tirer(Object.keys(ACCIDENTS));
        recit.push(nom);
        vus[nom] = (vus[nom] ?? 0) + 1;
        await ACCIDENTS[nom]();
      }
      const tuer = hasard() < 0.08;
      recit.push(tuer ? "saisie coupée" : "saisie");
      if (tuer) vus["navigateur tué en pleine saisie"] = (vus["navigateur tué en pleine saisie"] ?? 0) + 1;
      await saisir(tuer);
    }
    await vider();
  } catch (e) {
    console.log(`tour ${n}, graine ${GRAINE} : ${recit.join(", ")}`);
    throw e;
  }
  return recit;
}

async function principal() {
  const debut = Date.now();
  mandataire.cible = await demarrer(0);
  mandataire.tuer = tuerLeServeur;
  adresse = `http://localhost:${await mandataire.ecouter()}`;
  vivant = await lancer(join(dossier, "profil"), `${adresse}/connexion`);
  await connecter();
  await vivant.page.goto(`${adresse}/saisie/`);
  await ouvrirSaisie();
  /** @type {Record<string, number>} */
  const vus = {};
  console.log(`graine ${GRAINE}, ${TOURS} tours`);
  for (let n = 1; n <= TOURS; n++) {
    await tour(n, vus);
    if (n % 10 === 0) console.log(`${n} tours, ${promises.size} saisies, ${Math.round((Date.now() - debut) / 1000)} s`);
  }
  const vues = await tenues();
  const perdues = [...promises].filter((c) => !vues.get(c));
  const doublees = [...promises, ...douteuses].filter((c) => (vues.get(c) ?? 0) > 1);
  console.table({ ...vus, ...mandataire.faits });
  console.log(`${TOURS} tours, ${promises.size} saisies confirmées, ${douteuses.size} coupées, ${Math.round((Date.now() - debut) / 1000)} s, graine ${GRAINE}`);
  console.log(`perdues = ${perdues.length}, doublées = ${doublees.length}`);
  if (perdues.length || doublees.length) {
    console.log({ perdues, doublees });
    process.exitCode = 1;
  }
}

try {
  await principal();
} catch (e) {
  console.error(e);
  console.log(`graine ${GRAINE}`);
  process.exitCode = 1;
} finally {
  await vivant?.tuer().catch(() => null);
  serveur?.kill("SIGKILL");
  mandataire.fermer();
  await dormir(200);
  rmSync(dossier, { recursive: true, force: true });
}
