// Recording must be faster than paper: what an entry costs in gestures, in
// seconds and in bytes, at 320 px, on the real site.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { entrer } from "./lib/connexion.mjs";
import { jour, presser, remplir, suivante, voir } from "./lib/gestes.mjs";
import { examiner, ouvrir, personne, peser } from "./lib/navigateur.mjs";
import { demarrer } from "./lib/site.mjs";

/** @import { BrowserContext, Locator, Page } from "playwright-core" */

const INTERACTIONS = 12;
const CIBLE = 6;
const SECONDES = 60;
/** To find and press something: looking for it, moving, pressing. */
const GESTE_S = 2.5;
const FROID = 150_000;
const TIEDE = 10_000;
const CIBLE_PX = 24;

/** @type {import("./lib/site.mjs").Site} */
let site;
/** @type {import("playwright-core").Browser} */
let navigateur;

before(async () => {
  site = await demarrer();
  navigateur = await ouvrir();
});
after(async () => {
  await navigateur?.close();
  await site?.stop();
});

/** What keeps a role signed in: a code of the second factor is accepted once.
 * @type {Map<string, Awaited<ReturnType<BrowserContext["cookies"]>>>} */
const sessions = new Map();

/** Somebody of a role, signed in.
 * @param {string} role @param {{ largeur?: number, javascript?: boolean }} [choix] */
async function chez(role, choix) {
  const p = await personne(navigateur, site.url, choix);
  const deja = sessions.get(role);
  if (deja) await p.contexte.addCookies(deja);
  else {
    await entrer(p.page, /** @type {string} */ (site.comptes.get(role)), site.motDePasse);
    sessions.set(role, await p.contexte.cookies());
  }
  return p;
}

/** Counts what a hand does. */
class Main {
  gestes = 0;
  touches = 0;
  debut = performance.now();

  /** @param {Locator} cible */
  async toucher(cible) {
    await cible.waitFor({ timeout: 10_000 });
    const boite = await cible.boundingBox();
    assert.ok(boite && Math.min(boite.width, boite.height) >= CIBLE_PX, `cible trop petite : ${JSON.stringify(boite)} ${await cible.innerText()}`);
    await cible.click();
    this.gestes += 1;
  }

  /** Machine time, measured, and the time of a person who looks and presses. */
  get secondes() {
    return (performance.now() - this.debut) / 1000 + this.gestes * GESTE_S + this.touches * 0.3;
  }
}

/** The figure of the home page with this label. @param {Page} page @param {string} libelle */
async function chiffre(page, libelle) {
  await page.goto("/");
  const t = await page.locator("main").innerText();
  const lignes = t.split("\n").map((l) => l.trim()).filter(Boolean);
  const i = lignes.findIndex((l) => l.startsWith(libelle));
  assert.ok(i >= 0, `« ${libelle} » absent de l’accueil :\n${t}`);
  const n = /^[\d\u00a0\u202f ]+$/.exec(lignes[i + 1] ?? "")?.[0];
  assert.ok(n, `chiffre introuvable près de « ${libelle} » :\n${t}`);
  return Number(n.replaceAll(/\D/g, ""));
}

test("un accompagnement anonyme s’enregistre en 12 gestes et 60 secondes au plus, à 320 px", { timeout: 120_000 }, async () => {
  const { contexte, page } = await chez("Conseiller numérique", { largeur: 320 });
  const avant = await chiffre(page, "Accompagnements ce mois-ci");
  const main = new Main();
  const lien = page.locator('main a[href="/activites/individuel"]').first();
  if (await lien.isVisible().catch(() => false)) await main.toucher(lien);
  else {
    const menu = page.locator("nav.menu summary");
    if (!(await page.locator('nav.menu a[href="/activites/individuel"]').isVisible())) await main.toucher(menu);
    await main.toucher(page.locator('nav.menu a[href="/activites/individuel"]'));
  }
  await page.waitForURL("**/activites/individuel");
  for (const nom of ["date", "lieu", "duree"]) {
    const deja = nom === "date" ? await page.locator('[name="date"]').inputValue() : await page.locator(`[name="${nom}"]:checked`).count();
    assert.ok(deja, `${nom} déjà rempli`);
  }
  for (const [nom, valeur] of [["thematiques", "email"], ["genre", "feminin"], ["tranche", "soixante_dix_plus"], ["statut", "retraite"]]) {
    await main.toucher(page.locator(`label[for="${await page.locator(`[name="${nom}"][value="${valeur}"]`).getAttribute("id")}"]`));
  }
  await suivante(page, () => main.toucher(page.getByRole("button", { name: "Enregistrer", exact: true })));
  await voir(page, "C’est enregistré.".replace("’", "'"));
  console.log(`${main.gestes} gestes, ${main.touches} touches, ${main.secondes.toFixed(1)} s`);
  assert.ok(main.gestes + main.touches <= INTERACTIONS, `${main.gestes} gestes`);
  assert.ok(main.gestes <= CIBLE + 1, `${main.gestes} gestes pour une cible de ${CIBLE}`);
  assert.ok(main.secondes <= SECONDES, `${main.secondes} s`);
  // Scenario 1: the next figures show one more.
  assert.equal(await chiffre(page, "Accompagnements ce mois-ci"), avant + 1);
  await contexte.close();
});

test("le suivant s’enchaîne en 5 gestes, le même jour", { timeout: 120_000 }, async () => {
  const { contexte, page } = await chez("Conseiller numérique", { largeur: 320 });
  await page.goto("/activites/individuel");
  const hier = jour(-1);
  await remplir(page, { date: hier, thematiques: ["sante"] });
  await presser(page, "Enregistrer et saisir le suivant");
  await voir(page, "C'est enregistré.");
  assert.equal(await page.locator('[name="date"]').inputValue(), hier);
  const main = new Main();
  for (const [nom, valeur] of [["thematiques", "email"], ["genre", "masculin"], ["tranche", "quarante_cinquante_neuf"], ["statut", "en_emploi"]]) {
    await main.toucher(page.locator(`label[for="${await page.locator(`[name="${nom}"][value="${valeur}"]`).getAttribute("id")}"]`));
  }
  await suivante(page, () => main.toucher(page.getByRole("button", { name: "Enregistrer et saisir le suivant" })));
  await voir(page, "C'est enregistré.");
  assert.equal(main.gestes, 5);
  await contexte.close();
});

/** Bytes of a page opened again, everything else in cache.
 * @param {BrowserContext} contexte @param {string} chemin */
async function repeser(contexte, chemin) {
  const page = await contexte.newPage();
  await page.goto(chemin, { waitUntil: "networkidle" });
  const cdp = await contexte.newCDPSession(page);
  await cdp.send("Network.enable");
  let octets = 0;
  cdp.on("Network.loadingFinished", (e) => (octets += e.encodedDataLength));
  await page.goto(chemin, { waitUntil: "networkidle" });
  await page.close();
  return octets;
}

test("les pages de saisie pèsent 150 ko la première fois, 10 ko ensuite", { timeout: 120_000 }, async () => {
  const { contexte } = await chez("Conseiller numérique", { largeur: 320 });
  for (const chemin of ["/activites/individuel", "/activites/atelier", "/activites/semaine", "/series/nouvelle"]) {
    const { octets, requetes, statut } = await peser(contexte, chemin);
    assert.equal(statut, 200, chemin);
    const tiede = await repeser(contexte, chemin);
    console.log(`${chemin} : ${(octets / 1000).toFixed(1)} ko, ${requetes} requêtes, puis ${(tiede / 1000).toFixed(1)} ko`);
    assert.ok(octets <= FROID && requetes <= 15, `${chemin} : ${octets} octets, ${requetes} requêtes`);
    assert.ok(tiede <= TIEDE, `${chemin} : ${tiede} octets une fois en cache`);
  }
  await contexte.close();
});

test("la semaine se saisit en tableau, sans JavaScript", { timeout: 120_000 }, async () => {
  const { contexte, page } = await chez("Conseiller numérique", { javascript: false });
  await page.goto("/activites/semaine");
  await presser(page, "Enregistrer la semaine", 422);
  await voir(page, "Remplissez au moins une ligne.");
  const lundi = await page.locator("#c-jour_1 option").nth(1).getAttribute("value");
  await remplir(page, { jour_1: String(lundi), theme_1: "email", genre_1: "feminin", fois_1: "4", jour_2: String(lundi), theme_2: "sante" });
  await presser(page, "Enregistrer la semaine");
  await voir(page, "5 accompagnements sont enregistrés.");
  await contexte.close();
});

test("un atelier programmé se complète une fois", { timeout: 120_000 }, async () => {
  const { contexte, page } = await chez("Conseiller numérique");
  await page.goto("/series/nouvelle");
  await remplir(page, { titre: "Café du mardi", date: jour(), nombre: "4", thematiques: ["email"] });
  await presser(page, "Programmer");
  await voir(page, "4 séances");
  await suivante(page, () => page.getByRole("cell").getByRole("link").first().click());
  await presser(page, "Dire qui est venu");
  await remplir(page, { total: "6", genre_feminin: "4" });
  await presser(page, /^Enregistrer$/);
  await voir(page, "6 personnes anonymes");
  await contexte.close();
});

test("les écrans de saisie, refusés ou non, sont accessibles", { timeout: 300_000 }, async () => {
  /** @type {string[]} */
  const fautes = [];
  const c = await chez("Conseiller numérique");
  for (const [chemin, bouton] of [
    ["/activites/semaine", "Enregistrer la semaine"],
    ["/series/nouvelle", "Programmer"],
    ["/etiquettes", "Créer l’étiquette"],
  ]) {
    await c.page.goto(chemin);
    fautes.push(...(await examiner(c.page, `saisie${chemin}`)));
    await presser(c.page, bouton, 422);
    fautes.push(...(await examiner(c.page, `saisie${chemin}-refuse`)));
  }
  const k = await chez("Coordinateur");
  for (const chemin of ["/coordination/animation", "/coordination/evenement", "/coordination/partenariat"]) {
    await k.page.goto(chemin);
    await presser(k.page, "Enregistrer", 422);
    fautes.push(...(await examiner(k.page, `saisie${chemin}-refuse`)));
  }
  for (const chemin of ["/equipe", "/coordination", "/activites/equipe"]) {
    await k.page.goto(chemin);
    fautes.push(...(await examiner(k.page, `saisie${chemin}`)));
  }
  assert.deepEqual(fautes, []);
  assert.deepEqual([...c.plaintes, ...k.plaintes], []);
  await c.contexte.close();
  await k.contexte.close();
});
