// Signs a person in through the real pages, second factor included.
import assert from "node:assert/strict";
import { suivante } from "./gestes.mjs";
import { totp } from "./totp.mjs";

/** @import { Page } from "playwright-core" */

/** The last step of thirty seconds whose code was given, per secret: the site
 * refuses a code used twice.
 * @type {Map<string, number>} */
const donnes = new Map();
const PAS = 30_000;

/** The key of the second factor of whoever sits at a page.
 * @type {WeakMap<Page, string>} */
const cles = new WeakMap();

/** Milliseconds between the clock of the site and the machine's. */
let avance = 0;

/** The site lives some days after today from now on: codes follow.
 * @param {number} jours */
export const vivreApres = (jours) => {
  avance = jours * 86_400_000;
};

/** @param {Page} page @param {string} courriel @param {string} motDePasse @param {string} [suite] */
export async function entrer(page, courriel, motDePasse, suite = "/") {
  await page.goto(`/connexion?suite=${encodeURIComponent(suite)}`);
  await page.getByLabel("Adresse électronique").fill(courriel);
  await page.getByLabel("Mot de passe").fill(motDePasse);
  await suivante(page, () => page.getByRole("button", { name: "Se connecter" }).click());
  await donnerCode(page);
  const chemin = new URL(page.url()).pathname;
  assert.ok(!chemin.startsWith("/connexion"), `${courriel} reste sur ${chemin} : ${await page.locator("main").innerText()}`);
}

/** Chooses the password of an invitation, then enrols the second factor if the
 * role asks for one.
 * @param {Page} page @param {string} lien @param {string} motDePasse */
export async function accepter(page, lien, motDePasse) {
  await page.goto(lien);
  await page.locator('input[name="mot_de_passe"]').fill(motDePasse);
  await page.locator('input[name="confirmation"]').fill(motDePasse);
  await page.locator('main button[type="submit"]').first().click();
  await page.waitForLoadState();
  if (new URL(page.url()).pathname === "/connexion") {
    await page.getByLabel("Adresse électronique").waitFor();
    return;
  }
  await donnerCode(page);
}

/** Types the code of the second factor when the page asks for it.
 * @param {Page} page */
async function donnerCode(page) {
  if (!new URL(page.url()).pathname.startsWith("/connexion/code")) return;
  // Shown at enrolment, and always in the demonstration; kept by its owner since.
  const vue = page.locator("[data-code] code, ol code");
  const cle = (await vue.count()) ? await vue.first().innerText() : (cles.get(page) ?? assert.fail(`${page.url()} ne montre pas de clé`));
  cles.set(page, cle);
  // A code is accepted once, and the next one already is: beyond, its owner waits.
  const pas = Math.max(Math.floor((Date.now() + avance) / PAS), (donnes.get(cle) ?? 0) + 1);
  const attente = (pas - 1) * PAS - (Date.now() + avance);
  if (attente > 0) await page.waitForTimeout(attente + 500);
  donnes.set(cle, pas);
  const code = totp(cle, pas * PAS);
  await page.getByLabel("Code", { exact: true }).fill(code);
  await suivante(page, () => page.getByRole("button", { name: "Continuer" }).click());
  // The first time, recovery codes are shown once.
  const suite = page.getByRole("link", { name: "C’est noté, continuer" });
  if (await suite.count()) {
    await suite.click();
    await page.waitForLoadState();
  }
}
