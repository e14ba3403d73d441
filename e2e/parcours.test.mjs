// The life of a post, end to end, each person in a browser of their own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accepter, entrer } from "./lib/connexion.mjs";
import { courriel, jour, presser, remplir, siret, voir } from "./lib/gestes.mjs";
import { examiner, ouvrir, personne } from "./lib/navigateur.mjs";
import { demarrer } from "./lib/site.mjs";

/** @import { Page } from "playwright-core" */

const CONTACT = "claire.leroux@mairie-essai.example";
const CANDIDAT = "sami.petit@courriel-essai.example";
const MOT_DE_PASSE = "Un-Chat-Gris-2026";
const LONG = "Beaucoup d’habitants renoncent à leurs démarches en ligne ; la mairie veut un accueil proche, régulier et gratuit, avec des ateliers dans les quartiers et des permanences dans les villages.";

/** @type {import("./lib/site.mjs").Site} */
let site;
/** @type {import("playwright-core").Browser} */
let navigateur;
/** @type {Map<string, Awaited<ReturnType<typeof personne>>>} */
const gens = new Map();
/** @type {string[]} */
const fautes = [];
/** Addresses of the files the journey creates. @type {Record<string, string>} */
const dossiers = {};

before(async () => {
  site = await demarrer();
  navigateur = await ouvrir();
});
after(async () => {
  await navigateur?.close();
  await site?.stop();
});

/** The page of somebody, signed in the first time. A role label is a
 * demonstration account; « visiteur » is nobody.
 * @param {string} qui @returns {Promise<Page>} */
async function chez(qui) {
  let p = gens.get(qui);
  if (!p) {
    p = await personne(navigateur, site.url);
    gens.set(qui, p);
    const adresse = site.comptes.get(qui);
    if (adresse) await entrer(p.page, adresse, site.motDePasse);
  }
  return p.page;
}

/** @param {Page} page @param {string} nom */
async function regarder(page, nom) {
  fautes.push(...(await examiner(page, `parcours-${nom}`)));
}

/** @param {Page} page */
const chemin = (page) => new URL(page.url()).pathname;

test("1. l’ANCT ouvre une campagne", { timeout: 120_000 }, async () => {
  const page = await chez("ANCT, pilotage du dispositif");
  await page.goto("/campagnes/nouvelle");
  await presser(page, "Enregistrer la campagne", 422);
  await regarder(page, "01-campagne-refusee");
  await remplir(page, {
    nom: "Appel du parcours", genre: "ami_conseiller", ouverture: jour(), fermeture: jour(60),
    postes_min: "1", postes_max: "5", delai_avis_jours: "15", contingent: "4",
  });
  await presser(page, "Enregistrer la campagne");
  await presser(page, "Publier la campagne");
  await presser(page, "Ouvrir les candidatures");
  await voir(page, "Ouverte");
  dossiers.campagne = chemin(page);
  await regarder(page, "01-campagne");
});

test("2. une structure candidate en public et confirme par courriel", { timeout: 120_000 }, async () => {
  const page = await chez("visiteur");
  await page.goto("/candidater");
  await presser(page, "Envoyer la candidature", 422);
  await regarder(page, "02-candidature-refusee");
  await page.getByLabel("Appel du parcours").check();
  await remplir(page, {
    nom: "Mairie de l’essai", identifiant: siret(7), type_structure: "commune", adresse: "1 place de la Mairie", commune: "Rennes (35000)",
    nombre_postes: "2", date_debut: jour(30), portage: "direct", antecedent: "creation", territoire_1: "Rennes (35000)", part_1: "60",
    territoire_2: "Fougères (35300)", part_2: "40", besoins_territoire: LONG, besoins_services: LONG, besoins_publics: LONG, projet: "nouveau",
    objectif: LONG, strategie_locale: "aucune à ce jour", france_services: "non", candidat_identifie: "non", motivation: `${LONG} ${LONG}`,
    engagements: ["temps_plein", "formation", "equipement", "comptes_rendus"],
    prenom: "Claire", nom_contact: "Leroux", fonction: "Directrice générale", courriel: CONTACT, telephone: "02 99 00 00 00",
  });
  await presser(page, "Envoyer la candidature");
  await regarder(page, "02-merci");
  await page.goto(await courriel(page, CONTACT, /candidatures\/confirmer/));
  await presser(page, "Confirmer la candidature");
  const structure = await chez("la mairie");
  await accepter(structure, await courriel(page, CONTACT, /\/invitation\//), MOT_DE_PASSE);
  await entrerSiBesoin(structure, CONTACT);
  await structure.goto("/");
  await regarder(structure, "02-accueil-structure");
});

/** @param {Page} page @param {string} adresse */
async function entrerSiBesoin(page, adresse) {
  await page.goto("/compte");
  if (chemin(page).startsWith("/connexion")) await entrer(page, adresse, MOT_DE_PASSE);
}

test("3. la préfecture, et elle seule, donne un avis motivé", { timeout: 120_000 }, async () => {
  const operateur = await chez("Opérateur (conventions, formation)");
  await operateur.goto("/candidatures?etat=recevabilite");
  await operateur.getByRole("row", { name: /Mairie de l’essai/ }).getByRole("link").click();
  await operateur.waitForLoadState();
  dossiers.candidature = chemin(operateur);
  await presser(operateur, "Déclarer la candidature recevable");
  const prefet = await chez("Préfecture");
  await prefet.goto("/");
  await prefet.goto(dossiers.candidature);
  await regarder(prefet, "03-dossier");
  await presser(prefet, "Donner votre avis");
  await remplir(prefet, { sens: "favorable", nombre_postes: "2", motivation: LONG, signataire: "Camille Martin", qualite: "Secrétaire générale, délégation du 1er mars 2026" });
  for (const cle of ["coherence_strategies_locales", "concertation", "coordination_departementale", "coordination_intercommunale", "mutualisation", "aller_vers", "complementarite_existant"]) {
    await remplir(prefet, { [cle]: "forte" });
  }
  await regarder(prefet, "03-avis");
  await presser(prefet, "Envoyer l’avis");
});

test("aucune page du parcours ne gêne qui que ce soit", () => {
  assert.deepEqual(fautes, []);
  assert.deepEqual([...gens.values()].flatMap((g) => g.plaintes), []);
});
