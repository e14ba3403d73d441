// Signs a person in through the real pages, second factor included.
import assert from "node:assert/strict";
import { totp } from "./totp.mjs";

/** @import { Page } from "playwright-core" */

/** Codes already given, per secret: the site refuses one used twice.
 * @type {Map<string, string>} */
const donnes = new Map();

/** @param {Page} page @param {string} courriel @param {string} motDePasse @param {string} [suite] */
export async function entrer(page, courriel, motDePasse, suite = "/") {
  await page.goto(`/connexion?suite=${encodeURIComponent(suite)}`);
  await page.getByLabel("Adresse électronique").fill(courriel);
  await page.getByLabel("Mot de passe").fill(motDePasse);
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.waitForLoadState();
  if (new URL(page.url()).pathname.startsWith("/connexion/code")) {
    const cle = await page.locator("[data-code] code, ol code").first().innerText();
    let code = totp(cle);
    if (donnes.get(cle) === code) code = totp(cle, Date.now() + 30_000);
    donnes.set(cle, code);
    await page.getByLabel("Code", { exact: true }).fill(code);
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.waitForLoadState();
  }
  const chemin = new URL(page.url()).pathname;
  assert.ok(!chemin.startsWith("/connexion"), `${courriel} reste sur ${chemin} : ${await page.locator("main").innerText()}`);
}
