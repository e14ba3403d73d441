// Weight of core screens with an empty cache, then what a keyboard, a zoom at
// 200 % and wide text spacing must not break.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { entrer } from "./lib/connexion.mjs";
import { ouvrir, personne, peser } from "./lib/navigateur.mjs";
import { demarrer } from "./lib/site.mjs";

const OCTETS = 150_000;
const REQUETES = 15;
/** The map brings its own engine; it is no core screen, and has its own bound. */
const OCTETS_CARTE = 700_000;

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

test("les écrans courants pèsent moins de 150 ko et 15 requêtes", { timeout: 120_000 }, async () => {
  const { contexte } = await personne(navigateur, site.url);
  for (const chemin of ["/", "/connexion", "/candidater", "/devenir-conseiller", "/chiffres", "/guide-de-style"]) {
    const { octets, requetes, statut } = await peser(contexte, chemin);
    assert.equal(statut, 200, chemin);
    console.log(`${chemin} : ${(octets / 1000).toFixed(1)} ko, ${requetes} requêtes`);
    assert.ok(octets <= OCTETS && requetes <= REQUETES, `${chemin} : ${octets} octets, ${requetes} requêtes`);
  }
  const carte = await peser(contexte, "/carte");
  assert.equal(carte.statut, 200, "/carte");
  console.log(`/carte : ${(carte.octets / 1000).toFixed(1)} ko, ${carte.requetes} requêtes`);
  assert.ok(carte.octets <= OCTETS_CARTE && carte.requetes <= REQUETES, `/carte : ${carte.octets} octets`);
  await contexte.close();
});

test("l’accueil de chaque rôle pèse moins de 150 ko", { timeout: 300_000 }, async () => {
  for (const [role, courriel] of site.comptes) {
    const { contexte, page } = await personne(navigateur, site.url);
    await entrer(page, courriel, site.motDePasse);
    const { octets, requetes } = await peser(contexte, "/");
    console.log(`${role} : ${(octets / 1000).toFixed(1)} ko, ${requetes} requêtes`);
    assert.ok(octets <= OCTETS && requetes <= REQUETES, `${role} : ${octets} octets, ${requetes} requêtes`);
    await contexte.close();
  }
});

test("au clavier, le lien d’évitement mène au contenu et le focus se voit toujours", async () => {
  const { contexte, page } = await personne(navigateur, site.url);
  await page.goto("/guide-de-style");
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
  await page.reload();
  const vus = new Set();
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press("Tab");
    const ici = await page.evaluate(() => {
      const e = /** @type {HTMLElement} */ (document.activeElement);
      const { outlineStyle, outlineWidth } = getComputedStyle(e);
      const r = e.getBoundingClientRect();
      return { quoi: e.outerHTML.slice(0, 120), corps: e === document.body, visible: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && r.width > 0 && r.left >= 0 };
    });
    if (ici.corps) break;
    vus.add(ici.quoi);
    assert.ok(ici.visible, `focus invisible : ${ici.quoi}`);
  }
  assert.ok(vus.size > 15, `${vus.size} arrêts au clavier`);
  await page.goto("/connexion");
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
  await page.locator("a.evitement").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "contenu");
  await contexte.close();
});

test("zoom à 200 % et espacement du texte ne cachent rien (WCAG 1.4.4, 1.4.12)", async () => {
  const { contexte, page } = await personne(navigateur, site.url, { largeur: 640 });
  for (const chemin of ["/", "/guide-de-style", "/connexion", "/chiffres"]) {
    await page.goto(chemin);
    const coupes = await page.evaluate(() => {
      const regles = new CSSStyleSheet();
      regles.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }");
      document.adoptedStyleSheets = [regles];
      const caches = [...document.querySelectorAll("main *, header *")].filter((e) => {
        const { overflow, clipPath } = getComputedStyle(e);
        return overflow === "hidden" && clipPath === "none" && e.scrollWidth > e.clientWidth + 1 && (e.textContent ?? "").trim();
      });
      const trop = document.documentElement.scrollWidth - innerWidth;
      return [...caches.map((e) => e.outerHTML.slice(0, 120)), ...(trop > 0 ? [`${trop} px de trop`] : [])];
    });
    assert.deepEqual(coupes, [], chemin);
  }
  await contexte.close();
});
