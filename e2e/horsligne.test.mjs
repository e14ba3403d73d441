// The day of a counsellor without network, in a real browser (spec 20 §4,
// scenarios 1, 8, 11 and 12; issue 3, acceptances 1 and 7).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { entrer } from "./lib/connexion.mjs";
import { examiner, ouvrir, peser, personne } from "./lib/navigateur.mjs";
import { CODE, activer, attendre, deverrouiller, enAttente } from "./lib/saisie.mjs";
import { demarrer } from "./lib/site.mjs";
import { revenirEnVersion1 } from "./torture/version1.mjs";

/** @import { Browser, Page } from "playwright-core" */
/** @type {import("./lib/site.mjs").Site} */
let site;
/** @type {Browser} */
let navigateur;

before(async () => {
  [site, navigateur] = await Promise.all([demarrer(), ouvrir()]);
});
after(async () => {
  await navigateur?.close();
  await site?.stop();
});

/** A counsellor on a small screen. @param {{ largeur?: number }} [choix] */
async function conseiller(choix = { largeur: 320 }) {
  const p = await personne(navigateur, site.url, choix);
  const courriel = [...site.comptes].find(([role]) => /conseill/i.test(role))?.[1];
  assert.ok(courriel, [...site.comptes.keys()].join(", "));
  await entrer(p.page, courriel, site.motDePasse);
  return p;
}

/** Clicks and keys of one entry, by a person used to it; returns how many.
 * @param {Page} page */
async function saisir(page) {
  let gestes = 0;
  const clic = async (/** @type {import("playwright-core").Locator} */ l) => {
    await l.click();
    gestes += 1;
  };
  for (const mots of ["E-mail", "Féminin", "70 ans et plus", "Retraité"]) await clic(page.getByText(mots, { exact: true }).first());
  await clic(page.getByRole("button", { name: "Enregistrer" }));
  await page.getByText("Enregistré sur cet appareil").waitFor();
  return gestes;
}

/** @param {Page} page @returns {Promise<number>} activities this month */
async function activites(page) {
  await page.goto("/activites");
  const t = (await page.locator("main").innerText()).replaceAll(/[\u00a0\u202f]/g, " ");
  const n = /\bActivités\s+(\d[\d ]*)/.exec(t);
  assert.ok(n, t);
  return Number(n[1].replaceAll(" ", ""));
}

test("une saisie habituelle, en ligne puis hors ligne, à 320 px", async () => {
  const { contexte, page, plaintes } = await conseiller();
  await activer(page);
  const avant = await activites(page);
  // From the home page: open, code, unlock, then the entry.
  await page.goto("/");
  await page.locator("nav.menu summary").click();
  await page.getByRole("link", { name: "Saisir hors connexion" }).click();
  await deverrouiller(page);
  const debut = Date.now();
  const gestes = 4 + (await saisir(page));
  assert.ok(gestes <= 12, `${gestes} gestes`);
  assert.ok(Date.now() - debut < 60_000);
  await attendre(page, 0);
  assert.equal(await activites(page), avant + 1, "the next page counts it");
  // The same without network.
  await page.goto("/saisie/");
  await deverrouiller(page);
  await page.getByRole("heading", { level: 1, name: "Saisir un accompagnement" }).waitFor();
  await contexte.setOffline(true);
  await page.reload();
  await deverrouiller(page);
  const horsLigne = 3 + (await saisir(page));
  assert.ok(horsLigne <= 12, `${horsLigne} gestes`);
  assert.equal(await enAttente(page), 1);
  await page.getByRole("link", { name: "À envoyer (1)" }).click();
  await page.getByRole("cell", { name: "Accompagnement individuel" }).first().waitFor();
  const fautes = await examiner(page, "saisie-file");
  assert.deepEqual(fautes, []);
  await contexte.setOffline(false);
  await attendre(page, 0);
  assert.equal(await activites(page), avant + 2);
  console.log(`gestes : ${gestes} depuis l'accueil en ligne, ${horsLigne} hors ligne`);
  assert.deepEqual(plaintes.filter((p) => !/ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(p)), []);
  await contexte.close();
});

test("chaque écran de la saisie est accessible et léger", async () => {
  const { contexte, page } = await conseiller();
  await page.goto("/saisie/");
  await page.getByRole("heading", { level: 1, name: "Activer" }).waitFor();
  const fautes = await examiner(page, "saisie-activation");
  await activer(page);
  fautes.push(...(await examiner(page, "saisie-individuel")));
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Choisissez au moins une thématique.").first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "resume-erreurs");
  fautes.push(...(await examiner(page, "saisie-erreurs")));
  // What must not be written is refused on the device (scenario 13).
  await page.locator("summary", { hasText: "Plus de détails" }).click();
  await page.getByLabel("Notes").fill("sécu 2 55 08 14 168 025 38");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Passage : « 2 55 08 14 168 025 38 »").first().waitFor();
  await page.evaluate(() => (location.hash = "#atelier"));
  await page.getByRole("heading", { level: 1, name: "Saisir un atelier" }).waitFor();
  fautes.push(...(await examiner(page, "saisie-atelier")));
  // Scenario 2, on the device.
  await page.getByText("E-mail", { exact: true }).first().click();
  await page.getByLabel("Participants anonymes").fill("6");
  await page.getByLabel("Féminin").fill("4");
  await page.getByLabel("Masculin").fill("3");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Le total par genre (7) dépasse le nombre de participants anonymes (6).").first().waitFor();
  await page.getByLabel("Masculin").fill("1");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await page.getByText("Enregistré sur cet appareil").waitFor();
  await attendre(page, 0);
  for (const [ou, titre] of [["appareil", "Cet appareil"], ["quitter", "Se déconnecter"], ["file", "À envoyer (0)"]]) {
    await page.evaluate((h) => (location.hash = h), `#${ou}`);
    await page.getByRole("heading", { level: 1, name: titre, exact: true }).waitFor();
    fautes.push(...(await examiner(page, `saisie-${ou}`)));
  }
  await page.reload();
  await page.getByLabel("Votre code").waitFor();
  fautes.push(...(await examiner(page, "saisie-code")));
  assert.deepEqual(fautes, []);
  // Weight: ≤ 150 kB and ≤ 15 requests cold; ≤ 10 kB and no request for the shell warm.
  const neuf = await personne(navigateur, site.url);
  const froid = await peser(neuf.contexte, "/saisie/");
  const chaud = await peserTiede(page);
  const ko = (/** @type {number} */ n) => `${(n / 1000).toFixed(1)} ko`;
  console.log(`coquille à froid : ${ko(froid.octets)}, ${froid.requetes} requêtes ; tiède : ${ko(chaud.octets)}, ${chaud.coquille} requête de la coquille`);
  assert.ok(froid.octets <= 150_000, `${froid.octets} octets`);
  assert.ok(froid.requetes <= 15, `${froid.requetes} requêtes`);
  assert.ok(chaud.octets <= 10_000, `${chaud.octets} octets à tiède`);
  assert.equal(chaud.coquille, 0);
  await neuf.contexte.close();
  await contexte.close();
});

/** Opened again and unlocked: what reaches the network, and how much of it is the shell.
 * @param {Page} page */
async function peserTiede(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  let [octets, coquille] = [0, 0];
  cdp.on("Network.loadingFinished", (e) => (octets += e.encodedDataLength));
  page.on("response", (r) => {
    if (!r.fromServiceWorker() && /\/(saisie\/(code|$)|statique)/.test(new URL(r.url()).pathname)) coquille += 1;
  });
  const listes = page.waitForResponse((r) => new URL(r.url()).pathname === "/saisie/references");
  await page.reload();
  await (await listes).finished();
  await deverrouiller(page);
  await page.getByRole("heading", { level: 1, name: /^À envoyer/ }).waitFor();
  await page.waitForLoadState("networkidle");
  await cdp.detach();
  return { octets, coquille };
}

test("mes appareils et les versions à arbitrer", async () => {
  const { contexte, page } = await conseiller();
  const fautes = [];
  await page.goto("/compte/appareils");
  await page.getByRole("cell", { name: /Téléphone/ }).first().waitFor();
  fautes.push(...(await examiner(page, "mes-appareils")));
  await page.goto("/activites/a-arbitrer");
  fautes.push(...(await examiner(page, "a-arbitrer")));
  await page.locator("main > ul a").first().click();
  await page.getByRole("group", { name: "Durée" }).waitFor();
  fautes.push(...(await examiner(page, "arbitrage")));
  await page.getByLabel(/votre autre version/).check();
  await page.getByRole("button", { name: "Enregistrer ce choix" }).click();
  await page.getByText("Votre choix est enregistré.").waitFor();
  assert.deepEqual(fautes, []);
  await contexte.close();
});

test("une session terminée garde la file, qui part après connexion", async () => {
  // Scenario 11.
  const { contexte, page } = await conseiller();
  await activer(page);
  await contexte.clearCookies();
  for (let i = 0; i < 2; i++) {
    await saisir(page);
    await page.getByRole("link", { name: "Saisir le suivant" }).click();
    await page.getByRole("heading", { level: 1, name: "Saisir un accompagnement" }).waitFor();
  }
  await page.getByText("Reconnectez-vous pour envoyer").first().waitFor();
  assert.equal(await enAttente(page), 2);
  // Somebody else sees the count only.
  await entrer(page, site.comptes.get("Coordinateur") ?? assert.fail("pas de coordinateur"), site.motDePasse);
  await page.goto("/saisie/");
  await page.getByRole("link", { name: "À envoyer (2)" }).waitFor();
  await page.getByLabel("Votre code").waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /E-mail|Accompagnement/);
  await contexte.clearCookies();
  const courriel = [...site.comptes].find(([role]) => /conseill/i.test(role))?.[1] ?? "";
  await entrer(page, courriel, site.motDePasse);
  await page.getByRole("link", { name: "À envoyer (2)" }).waitFor();
  await page.goto("/saisie/");
  await deverrouiller(page);
  await attendre(page, 0);
  await contexte.close();
});

test("une file pleine de la version 1 part toute après la mise à jour", async () => {
  // Scenario 12.
  const { contexte, page } = await conseiller();
  await activer(page, "Ancien");
  const avant = await activites(page);
  await page.goto("/saisie/");
  await deverrouiller(page);
  await page.getByRole("heading", { level: 1, name: "Saisir un accompagnement" }).waitFor();
  await contexte.setOffline(true);
  for (let i = 0; i < 3; i++) {
    await page.getByLabel("Poursuite en atelier", { exact: true }).check();
    await saisir(page);
    await page.getByRole("link", { name: "Saisir le suivant" }).click();
    await page.getByRole("heading", { level: 1, name: "Saisir un accompagnement" }).waitFor();
  }
  const modules = await page.evaluate(() => /** @type {HTMLScriptElement} */ (document.querySelector("script[type=module]")).src.replace(/[^/]+$/, ""));
  assert.equal(await page.evaluate(revenirEnVersion1, { code: CODE, modules }), 3);
  await page.reload();
  await deverrouiller(page);
  await page.getByRole("link", { name: "À envoyer (3)" }).waitFor();
  await contexte.setOffline(false);
  await attendre(page, 0);
  assert.equal(await activites(page), avant + 3);
  await contexte.close();
});

test("un export chiffré se reprend ailleurs, une seule fois", async () => {
  const { contexte, page } = await conseiller();
  await activer(page, "Ordinateur");
  await contexte.setOffline(true);
  await saisir(page);
  await page.evaluate(() => (location.hash = "#file"));
  await page.getByRole("button", { name: "Exporter la file" }).click();
  await page.getByLabel("Phrase secrète").fill("une phrase assez longue");
  const [fichier] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Exporter la file" }).click()]);
  const chemin = await fichier.path();
  const ailleurs = await conseiller();
  await activer(ailleurs.page, "Tablette");
  const avant = await activites(ailleurs.page);
  for (let i = 0; i < 2; i++) {
    await ailleurs.page.goto("/saisie/#appareil");
    if (i === 0) await deverrouiller(ailleurs.page);
    await ailleurs.page.getByRole("button", { name: "Reprendre un export" }).click();
    await ailleurs.page.getByLabel("Fichier exporté").setInputFiles(chemin);
    await ailleurs.page.getByLabel("Phrase secrète").fill("une phrase assez longue");
    await ailleurs.page.getByRole("button", { name: "Reprendre un export" }).click();
    // Opening the file takes a while: an empty queue says nothing before.
    await ailleurs.page.getByText(i === 0 ? "1 saisie reprise." : "Ces saisies étaient déjà là.").waitFor();
    await attendre(ailleurs.page, 0);
  }
  await contexte.setOffline(false);
  await attendre(page, 0);
  assert.equal(await activites(ailleurs.page), avant + 1);
  await contexte.close();
  await ailleurs.contexte.close();
});

test("un code oublié se remplace sans perdre la file ; un appareil perdu s'efface", async () => {
  const { contexte, page } = await conseiller();
  await activer(page, "Téléphone perdu");
  await contexte.setOffline(true);
  await saisir(page);
  await page.reload();
  for (let i = 0; i < 10; i++) {
    await page.getByLabel("Votre code").fill("000000");
    await page.getByRole("button", { name: "Déverrouiller" }).click();
    await page.getByText("Ce code n'ouvre pas").waitFor();
    await page.waitForFunction(() => !(/** @type {HTMLInputElement} */ (document.getElementById("code"))?.value));
  }
  await page.getByLabel("Votre code").fill(CODE);
  await page.getByRole("button", { name: "Déverrouiller" }).click();
  await page.getByText("Trop d'essais.").waitFor();
  await contexte.setOffline(false);
  await page.getByLabel("Votre mot de passe du site").fill(site.motDePasse);
  await page.getByLabel("Un nouveau code").fill("314159");
  await page.getByRole("button", { name: "Ouvrir avec ce nouveau code" }).click();
  await attendre(page, 0);
  await page.goto("/compte/appareils");
  await page.getByRole("row", { name: /Téléphone perdu/ }).getByRole("button", { name: /Signaler perdu/ }).click();
  await page.getByText("L'appareil s'effacera dès qu'il se connectera.").waitFor();
  await page.goto("/saisie/");
  await page.getByLabel("Votre code").fill("314159");
  await page.getByRole("button", { name: "Déverrouiller" }).click();
  await page.getByRole("heading", { level: 1, name: "Appareil effacé" }).waitFor();
  assert.deepEqual(await page.evaluate(async () => (await indexedDB.databases()).map((b) => b.name)), []);
  await contexte.close();
});
