// The public map: a list and a drawing without JavaScript, an interactive map
// with it, reachable by keyboard, quiet for axe with a place open.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { examiner, ouvrir, personne } from "./lib/navigateur.mjs";
import { demarrer } from "./lib/site.mjs";

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

test("sans JavaScript, la carte est une liste et un dessin", async () => {
  const { contexte, page } = await personne(navigateur, site.url, { javascript: false });
  await page.goto("/carte");
  assert.ok(await page.locator("main svg path").count(), "le dessin");
  assert.ok(await page.locator("[data-lieu] a").count(), "la liste");
  await contexte.close();
});

test("avec JavaScript, les lieux se regroupent et s’ouvrent au clavier", { timeout: 120_000 }, async () => {
  const { contexte, page, plaintes } = await personne(navigateur, site.url);
  await page.goto("/carte");
  await page.locator("#carte[data-prete]").waitFor({ timeout: 30_000 });
  const reperes = page.locator(".carte-grappe, .carte-point");
  const avant = await reperes.count();
  assert.ok(avant > 0, "des repères sur la carte");
  const grappe = page.locator(".carte-grappe").first();
  if (await grappe.count()) {
    await grappe.focus();
    await page.keyboard.press("Enter");
    await page.waitForTimeout(500);
  }
  const choix = page.locator("[data-lieu]").first();
  const nom = await choix.locator("a").first().innerText();
  const voir = choix.getByRole("button", { name: "Voir sur la carte" });
  await voir.focus();
  await page.keyboard.press("Enter");
  const bulle = page.locator(".maplibregl-popup");
  await bulle.waitFor();
  assert.ok((await bulle.innerText()).includes(nom), "la bulle nomme le lieu");
  assert.ok(await choix.evaluate((e) => e.classList.contains("choisi")), "la liste montre le lieu choisi");
  assert.deepEqual(await examiner(page, "carte-ouverte"), []);
  await page.getByRole("button", { name: "Fermer" }).click();
  assert.equal(await bulle.count(), 0);
  assert.deepEqual(plaintes, []);
  await contexte.close();
});
