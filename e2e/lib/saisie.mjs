// What a person does in the offline entry, counted as interactions.
import assert from "node:assert/strict";

/** @import { Page } from "playwright-core" */

export const CODE = "271828";

/** Activates the offline entry on this device, signed in.
 * @param {Page} page @param {string} [nom] @param {string} [lien] */
export async function activer(page, nom = "Téléphone", lien = "/saisie/") {
  await page.goto(lien);
  await page.getByLabel("Nom de cet appareil").fill(nom);
  await page.getByLabel("Choisissez un code").fill(CODE);
  await page.getByLabel("Le même, une seconde fois").fill(CODE);
  await page.getByRole("button", { name: "Activer la saisie hors connexion" }).click();
  await page.getByRole("heading", { level: 1, name: "Saisir un accompagnement" }).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
}

/** @param {Page} page */
export async function deverrouiller(page) {
  await page.getByLabel("Votre code").fill(CODE);
  await page.getByRole("button", { name: "Déverrouiller" }).click();
}

/** How many entries wait, read from the disk, whatever the screen.
 * @param {Page} page @returns {Promise<number>} */
export function enAttente(page) {
  return page.evaluate(async () => {
    const nom = (await indexedDB.databases()).find((b) => b.name?.startsWith("saisie-"))?.name;
    if (!nom) return 0;
    return new Promise((ok, non) => {
      const d = indexedDB.open(nom);
      // Erased since it was named: opening must not make it again.
      let absente = false;
      d.onupgradeneeded = () => {
        absente = true;
        d.transaction?.abort();
      };
      d.onerror = () => (absente ? ok(0) : non(d.error));
      d.onsuccess = () => {
        const c = d.result.transaction("operations").objectStore("operations").count();
        c.onsuccess = () => {
          d.result.close();
          ok(c.result);
        };
      };
    });
  });
}

/** @param {Page} page @param {number} voulu @param {number} [ms] */
export async function attendre(page, voulu, ms = 20_000) {
  const fin = Date.now() + ms;
  let n = -1;
  while (Date.now() < fin) {
    n = await enAttente(page).catch(() => -1);
    if (n === voulu) return;
    await new Promise((ok) => setTimeout(ok, 100));
  }
  const file = await page.locator("main").innerText();
  assert.fail(`${n} saisies en attente au lieu de ${voulu} :\n${file}`);
}
