// Every page that a menu, a home page or a footer leads to, as each role:
// answers 200, nothing in the console, no axe violation in light and dark at
// 320 and 1280 px, no horizontal scroll.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { entrer } from "./lib/connexion.mjs";
import { examiner, ouvrir, personne } from "./lib/navigateur.mjs";
import { demarrer } from "./lib/site.mjs";

/** @import { Browser, Page } from "playwright-core" */

/** @type {import("./lib/site.mjs").Site} */
let site;
/** @type {Browser} */
let navigateur;
/** Pages seen, for the count printed at the end. */
let vues = 0;

before(async () => {
  site = await demarrer();
  navigateur = await ouvrir();
});
after(async () => {
  await navigateur?.close();
  await site?.stop();
  console.log(`${vues} pages examinées, quatre fois chacune`);
});

/** Addresses of the site that the page shown leads to, files apart.
 * @param {Page} page @param {string} zone a selector */
async function liens(page, zone) {
  const tous = await page.locator(`:is(${zone}) a[href]`).evaluateAll((as) => as.map((a) => /** @type {HTMLAnchorElement} */ (a).href));
  return new Set(
    tous
      .map((h) => new URL(h))
      .filter((u) => u.origin === site.url && !u.hash && !/\.\w+$/.test(u.pathname))
      .map((u) => u.pathname + u.search),
  );
}

/** @param {string} role @param {Set<string>} chemins @param {Awaited<ReturnType<typeof personne>>} qui @param {boolean} [suivre] */
async function visiter(role, chemins, { page, plaintes }, suivre = true) {
  /** @type {string[]} */
  const fautes = [];
  const faits = new Set();
  const file = [...chemins];
  while (file.length) {
    const chemin = /** @type {string} */ (file.shift());
    if (faits.has(chemin)) continue;
    faits.add(chemin);
    const r = await page.goto(chemin, { waitUntil: "load" });
    if (!(r?.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    if (r?.status() !== 200) fautes.push(`${role} ${chemin} : ${r?.status()}`);
    if ((await page.locator("h1").count()) !== 1) fautes.push(`${role} ${chemin} : pas un seul titre h1`);
    fautes.push(...(await examiner(page, `${role} ${chemin}`)));
    vues += 1;
    // One file of each list, so that lists and their pages are both seen.
    if (suivre && chemins.has(chemin)) {
      const [premier] = await liens(page, "main table, main .liste");
      if (premier && !chemins.has(premier)) file.push(premier);
    }
  }
  assert.deepEqual([...fautes, ...plaintes], []);
}

test("les pages publiques", { timeout: 600_000 }, async () => {
  const qui = await personne(navigateur, site.url);
  await qui.page.goto("/");
  const chemins = await liens(qui.page, "body");
  for (const c of ["/", "/connexion", "/guide-de-style"]) chemins.add(c);
  await visiter("public", chemins, qui);
  await qui.contexte.close();
});

test("sans JavaScript, les pages publiques répondent et se lisent", { timeout: 120_000 }, async () => {
  const { contexte, page } = await personne(navigateur, site.url, { javascript: false, largeur: 320 });
  for (const chemin of ["/", "/carte", "/candidater", "/devenir-conseiller", "/chiffres", "/connexion"]) {
    const r = await page.goto(chemin);
    assert.equal(r?.status(), 200, chemin);
    assert.equal(await page.locator("main h1").count(), 1, chemin);
  }
  await contexte.close();
});

test("les pages de chaque rôle", { timeout: 1_800_000 }, async (t) => {
  assert.ok(site.comptes.size >= 8, `rôles de démonstration : ${[...site.comptes.keys()]}`);
  for (const [role, courriel] of site.comptes) {
    await t.test(role, async () => {
      const qui = await personne(navigateur, site.url);
      await entrer(qui.page, courriel, site.motDePasse);
      const chemins = await liens(qui.page, "main, nav.menu, nav.compte");
      chemins.add("/");
      await visiter(role, chemins, qui);
      await qui.contexte.close();
    });
  }
});
