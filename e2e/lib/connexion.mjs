// Signs a person in through the real pages, second factor included.
import assert from "node:assert/strict";
import { totp } from "./totp.mjs";

/** @import { Page } from "playwright-core" */

/** The secret that demo mode shows beside the code: groups of base 32.
 * @param {string} texte */
function secret(texte) {
  return /(?:[A-Z2-7]{4}[ \u00a0]?){6,}[A-Z2-7]{0,4}/.exec(texte)?.[0];
}

/** Codes already given, per secret: the site refuses one used twice.
 * @type {Map<string, string>} */
const donnes = new Map();

/** @param {Page} page @param {string} courriel @param {string} motDePasse @param {string} [suite] */
export async function entrer(page, courriel, motDePasse, suite = "/") {
  await page.goto(`/connexion?suite=${encodeURIComponent(suite)}`);
  await page.locator('form[method="post"] input[name="courriel"]').fill(courriel);
  await page.locator('input[type="password"]').fill(motDePasse);
  await page.locator('input[type="password"]').press("Enter");
  await page.waitForLoadState();
  if (new URL(page.url()).pathname.startsWith("/connexion/code")) {
    const cle = secret(await page.locator("main").innerText());
    assert.ok(cle, "le mode démonstration montre le secret du second facteur");
    let code = totp(cle);
    if (donnes.get(cle) === code) code = totp(cle, Date.now() + 30_000);
    donnes.set(cle, code);
    await page.locator('input[name="code"]').fill(code);
    await page.locator('input[name="code"]').press("Enter");
    await page.waitForLoadState();
  }
  const chemin = new URL(page.url()).pathname;
  assert.ok(!chemin.startsWith("/connexion"), `${courriel} reste sur ${chemin} : ${await page.locator("main").innerText()}`);
}
