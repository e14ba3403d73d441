// What people do on any page: fill a form in, press a button, read their mail.
import assert from "node:assert/strict";

/** @import { Page } from "playwright-core" */

/** Fills fields by name: text, dates, lists, radios and boxes (a list of values).
 * @param {Page} page @param {Record<string, string | string[]>} valeurs @param {string} [zone] a selector */
export async function remplir(page, valeurs, zone = "main") {
  for (const [nom, valeur] of Object.entries(valeurs)) {
    const champs = page.locator(`${zone} [name="${nom}"]:not([type="hidden"])`);
    const premier = champs.first();
    await premier.waitFor({ state: "attached", timeout: 5_000 });
    // A folded part of the form is opened first, as a person would.
    for (const plie of await page.locator(`${zone} details:not([open]):has([name="${nom}"])`).all()) {
      await plie.locator("summary").first().click();
    }
    const genre = await premier.evaluate((e) => (e.tagName === "SELECT" ? "liste" : /** @type {HTMLInputElement} */ (e).type));
    if (genre === "radio" || genre === "checkbox") {
      for (const v of [valeur].flat()) await page.locator(`${zone} [name="${nom}"][value="${v}"]`).check();
    } else if (genre === "liste") await premier.selectOption(String(valeur));
    else await premier.fill(String(valeur));
  }
}

/** Does something that leads to another page, and waits for that page: the
 * present one says nothing of it.
 * @param {Page} page @param {() => Promise<unknown>} faire */
export async function suivante(page, faire) {
  const [reponse] = await Promise.all([page.waitForResponse((r) => r.request().isNavigationRequest() && r.status() !== 303, { timeout: 30_000 }), faire()]);
  await page.waitForLoadState();
  return reponse;
}

/** Presses a button (or follows a link) by its words and waits for the next page,
 * which must not be a refusal.
 * @param {Page} page @param {string | RegExp} mots @param {number} [statut] */
export async function presser(page, mots, statut = 200) {
  const cible = page.locator("main").getByRole("button", { name: mots }).or(page.locator("main").getByRole("link", { name: mots })).first();
  await cible.waitFor({ timeout: 10_000 }).catch(async () => assert.fail(`« ${mots} » absent de ${page.url()} :\n${await texte(page)}`));
  // A folded action is opened first.
  const reponse = await suivante(page, () => cible.click());
  assert.equal(reponse.status(), statut, `« ${mots} » sur ${page.url()} :\n${await texte(page)}`);
}

/** @param {Page} page */
export const texte = async (page) => (await page.locator("main").innerText()).slice(0, 3_000);

/** Fails with the page when the words are not on it.
 * @param {Page} page @param {string | RegExp} mots */
export async function voir(page, mots) {
  const t = (await page.locator("main").innerText()).replaceAll(/[\u00a0\u202f]/g, " ");
  assert.ok(typeof mots === "string" ? t.includes(mots) : mots.test(t), `« ${mots} » absent de ${page.url()} :\n${t.slice(0, 3_000)}`);
}

/** The link of the latest message whose text holds `mots`, from the mailbox of
 * the demonstration.
 * @param {Page} page @param {string} adresse @param {RegExp} lien */
export async function courriel(page, adresse, lien) {
  await page.goto("/demo/courriels");
  for (const lettre of await page.locator("article.lettre").all()) {
    if (!(await lettre.innerText()).includes(adresse)) continue;
    for (const a of await lettre.locator("a[href]").all()) {
      const href = /** @type {string} */ (await a.getAttribute("href"));
      if (lien.test(href)) return href;
    }
  }
  return assert.fail(`aucun courriel à ${adresse} avec un lien ${lien}`);
}

/** A SIRET nobody has: nine digits then an establishment, with their keys.
 * @param {number} graine */
export function siret(graine) {
  const cle = (/** @type {string} */ debut) => {
    const somme = [...debut].reverse().reduce((s, c, i) => s + (i % 2 === 0 ? ((2 * +c) % 10) + Math.floor((2 * +c) / 10) : +c), 0);
    return debut + String((10 - (somme % 10)) % 10);
  };
  const siren = cle(String(91_000_000 + graine).padStart(8, "0"));
  return cle(`${siren}0001`);
}

/** The row of a table that says these words, without its no-break spaces.
 * @param {Page} page @param {string | RegExp} mots */
export async function ligne(page, mots) {
  const rangs = page.locator("main tbody tr").filter({ hasText: mots });
  assert.equal(await rangs.count(), 1, `une ligne « ${mots} » sur ${page.url()} :\n${await texte(page)}`);
  return (await rangs.innerText()).replaceAll(/[\u00a0\u202f]/g, " ");
}

/** Today plus some days, as a date field wants it.
 * @param {number} [jours] */
export function jour(jours = 0) {
  const d = new Date(Date.now() + jours * 86_400_000);
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(d);
}
