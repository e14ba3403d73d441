// The life of a post, end to end, each person in a browser of their own.
import assert from "node:assert/strict";
import { after, before, test as essai } from "node:test";
import { accepter, entrer, vivreApres } from "./lib/connexion.mjs";
import { courriel, jour, ligne, presser, remplir, siret, voir } from "./lib/gestes.mjs";
import { examiner, ouvrir, personne } from "./lib/navigateur.mjs";
import { demarrer } from "./lib/site.mjs";

/** @import { Page } from "playwright-core" */

const CONTACT = "claire.leroux@mairie-essai.example";
const CANDIDAT = "sami.petit@courriel-essai.example";
const MOT_DE_PASSE = "Un-Chat-Gris-2026";
const LONG = "Beaucoup d’habitants renoncent à leurs démarches en ligne ; la mairie veut un accueil proche, régulier et gratuit, avec des ateliers dans les quartiers et des permanences dans les villages.";

/** People without a demonstration account. */
const PERSONNAGES = ["visiteur", "la mairie", "la collègue", "le candidat"];

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

/** A step of the journey; those after a failed one are not tried.
 * @param {string} nom @param {{ timeout: number }} options @param {() => Promise<void>} faire */
function test(nom, options, faire) {
  essai(nom, options, async (t) => {
    if (interrompu) return t.skip(`après l’échec de : ${interrompu}`);
    interrompu = nom;
    await faire();
    interrompu = "";
  });
}
let interrompu = "";

/** The page of somebody, signed in the first time. A role label is a
 * demonstration account; « visiteur » is nobody.
 * @param {string} qui @returns {Promise<Page>} */
async function chez(qui) {
  let p = gens.get(qui);
  if (!p) {
    p = await personne(navigateur, site.url);
    gens.set(qui, p);
    const adresse = site.comptes.get(qui) ?? (qui.includes("@demo") ? qui : undefined);
    assert.ok(adresse || PERSONNAGES.includes(qui), `personne ne tient le rôle « ${qui} » : ${[...site.comptes.keys()]}`);
    if (adresse) await entrer(p.page, adresse, site.motDePasse);
  }
  return p.page;
}

/** Some days later; whoever acts then signs in again.
 * @param {number} jours after today */
async function plusTard(jours) {
  await site.avancer(jours);
  vivreApres(jours);
}

/** Somebody who comes back after days. @param {string} qui @param {string} [adresse] */
async function revenu(qui, adresse) {
  const page = await chez(qui);
  await page.goto("/compte");
  if (chemin(page).startsWith("/connexion")) {
    const demo = site.comptes.get(qui);
    await entrer(page, demo ?? adresse ?? assert.fail(qui), demo ? site.motDePasse : MOT_DE_PASSE);
  }
  return page;
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
    engagements: ["temps_plein", "formation", "equipement", "comptes_rendus", "gratuite"],
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
  const operateur = await chez("Opérateur");
  await operateur.goto("/candidatures?etat=recevabilite");
  await operateur.getByRole("row", { name: /Mairie de l’essai/ }).getByRole("link").click();
  await operateur.waitForLoadState();
  dossiers.candidature = chemin(operateur);
  await presser(operateur, "Déclarer la candidature recevable");
  const voisin = await chez("prefecture29@demo.maillage.example");
  assert.equal((await voisin.goto(dossiers.candidature))?.status(), 404, "la préfecture voisine ne voit rien");
  const prefet = await chez("prefecture@demo.maillage.example");
  await prefet.goto(dossiers.candidature);
  await regarder(prefet, "03-dossier");
  await presser(prefet, "Donner votre avis");
  await remplir(prefet, { sens: "favorable", nombre_postes: "2", motivation: LONG, signataire: "Camille Martin", qualite: "Secrétaire générale, délégation du 1er mars 2026" });
  for (const cle of ["coherence_strategies_locales", "concertation", "coordination_departementale", "coordination_intercommunale", "mutualisation", "aller_vers"]) {
    await remplir(prefet, { [cle]: "forte" });
  }
  await regarder(prefet, "03-avis");
  await presser(prefet, "Envoyer l’avis");
});

test("4. le comité décide et clôt : les postes entrent au registre", { timeout: 180_000 }, async () => {
  const secretariat = await chez("Secrétariat du comité");
  await secretariat.goto("/comites/nouvelle");
  await remplir(secretariat, { date_seance: jour(7), lieu: "Paris" });
  await secretariat.locator('[name="campagne"]').selectOption({ label: "Appel du parcours" });
  const membres = secretariat.getByRole("group", { name: "Membres de la séance" }).getByRole("checkbox");
  for (const m of await membres.all()) await m.check();
  const noms = await secretariat.getByRole("group", { name: "Membres de la séance" }).locator("label").allInnerTexts();
  await secretariat.locator('[name="president"]').selectOption({ label: noms[0] });
  await presser(secretariat, "Créer la séance");
  dossiers.seance = chemin(secretariat);
  await secretariat.locator(".option", { hasText: "Mairie de l’essai" }).getByRole("checkbox").check();
  await presser(secretariat, "Inscrire ces dossiers");
  await presser(secretariat, "Convoquer les membres");
  for (const m of await secretariat.getByRole("group", { name: "Membres présents" }).getByRole("checkbox").all()) await m.check();
  await presser(secretariat, "Ouvrir la séance");
  await regarder(secretariat, "04-seance");
  await secretariat.getByRole("link", { name: "Mairie de l’essai" }).click();
  await secretariat.waitForLoadState();
  const point = chemin(secretariat);
  for (const membre of ["comite@demo.maillage.example", "comite2@demo.maillage.example", "comite3@demo.maillage.example"]) {
    const page = await chez(membre);
    await page.goto(point);
    if (membre.startsWith("comite@")) await regarder(page, "04-point");
    await remplir(page, { voix: "pour" });
    await presser(page, /Voter/);
  }
  await secretariat.goto(point);
  await remplir(secretariat, { decision: "attribution", nombre_postes: "2" });
  await presser(secretariat, "Enregistrer la décision");
  await secretariat.goto(dossiers.seance);
  await presser(secretariat, "Clore la séance");
  await presser(secretariat, "Signer le procès-verbal");
  await presser(secretariat, "Publier le relevé de décisions");
  const pdf = await secretariat.request.get(`${dossiers.seance}/releve.pdf`);
  assert.equal(pdf.status(), 200);
  assert.ok((await pdf.body()).subarray(0, 5).toString() === "%PDF-", "le relevé est un PDF");
});

test("5. une convention calcule sa subvention, un versement est enregistré", { timeout: 180_000 }, async () => {
  const operateur = await chez("Opérateur");
  await operateur.goto(dossiers.candidature);
  await presser(operateur, "Préparer la convention");
  await remplir(operateur, { debut: jour() });
  await presser(operateur, "Calculer le plan");
  dossiers.convention = chemin(operateur);
  await regarder(operateur, "05-convention");
  await presser(operateur, "Envoyer à la structure pour signature", 422);
  await remplir(operateur, { attestation: "oui" });
  await presser(operateur, "Envoyer à la structure pour signature");
  const mairie = await chez("la mairie");
  await mairie.goto(dossiers.convention);
  await remplir(mairie, { attestation: "oui" });
  await presser(mairie, "Signer la convention");
  await operateur.goto(dossiers.convention);
  await remplir(operateur, { attestation: "oui" });
  await presser(operateur, "Signer pour l’État");
  await deplier(operateur, "Mettre en paiement");
  await presser(operateur, "Mettre en paiement");
  // A second person confirms: the ANCT gives the role to a colleague.
  const anct = await chez("ANCT, pilotage du dispositif");
  await anct.goto("/administration/comptes");
  await remplir(anct, { prenom: "Inès", nom: "Second", courriel: "ines.second@operateur-essai.example", role_donne: "operateur" });
  await presser(anct, "Donner ce rôle");
  const collegue = await chez("la collègue");
  await accepter(collegue, await courriel(await chez("visiteur"), "ines.second@", /\/invitation\//), MOT_DE_PASSE);
  await entrerSiBesoin(collegue, "ines.second@operateur-essai.example");
  await collegue.goto(dossiers.convention);
  await deplier(collegue, "Confirmer le paiement");
  await presser(collegue, "Confirmer le paiement");
  await deplier(collegue, "Enregistrer le versement");
  await remplir(collegue, { reference: "VIR-2026-0001", date_valeur: jour() });
  await presser(collegue, "Enregistrer le versement");
  await voir(collegue, "VIR-2026-0001");
  await regarder(collegue, "05-versement");
});

/** Opens a folded action by its words. @param {Page} page @param {string} mots */
async function deplier(page, mots) {
  await page.locator("details.action:not([open]) > summary", { hasText: mots }).first().click();
}

test("6. une personne s’inscrit, la structure la choisit, le contrat occupe le poste", { timeout: 240_000 }, async () => {
  const visiteur = await chez("visiteur");
  await visiteur.goto("/devenir-conseiller");
  await presser(visiteur, "Envoyer mon inscription", 422);
  await regarder(visiteur, "06-inscription-refusee");
  await remplir(visiteur, {
    prenom: "Sami", nom: "Petit", courriel: CANDIDAT, commune: "Rennes (35000)", situation: "demandeur_emploi", date_disponibilite: jour(),
    distance_max: "20", motivation: LONG, partage: "a_la_preselection", eligibilite: "oui", conditions: "oui", visibilite: "oui",
  });
  await presser(visiteur, "Envoyer mon inscription");
  await visiteur.goto(await courriel(visiteur, CANDIDAT, /devenir-conseiller\/confirmer/));
  await presser(visiteur, "Confirmer mon inscription");
  const candidat = await chez("le candidat");
  await accepter(candidat, await courriel(visiteur, CANDIDAT, /\/invitation\//), MOT_DE_PASSE);
  await entrerSiBesoin(candidat, CANDIDAT);
  await candidat.goto("/candidat");
  await regarder(candidat, "06-espace-candidat");

  const mairie = await chez("la mairie");
  await mairie.goto("/recrutement?rayon=20&ordre=score");
  await regarder(mairie, "06-recherche");
  await mairie.goto(`/recrutement/candidats/${await profil(mairie)}`);
  await regarder(mairie, "06-profil");
  await presser(mairie, "Présélectionner cette personne");
  dossiers.relation = chemin(mairie);
  await voir(mairie, "Sami Petit");
  await presser(mairie, "Faire une proposition");
  await candidat.goto(dossiers.relation);
  await presser(candidat, "Accepter la proposition");
  await mairie.goto(dossiers.relation);
  await presser(mairie, "Rédiger le contrat");
  await remplir(mairie, {
    genre: "cdd_public", date_debut: jour(), date_fin: jour(548), duree_motif: "Durée du projet", quotite: "100", categorie: "B", salaire: "2000", code_rome: "K2111", coordination: "aucune",
    eligibilite: "oui", preparation: "oui", fiche_mission: "oui",
  });
  await mairie.locator('main button[type="submit"]').last().click();
  await mairie.waitForLoadState();
  dossiers.contrat = chemin(mairie);
  await presser(mairie, "Envoyer le contrat à l'opérateur");
  await regarder(mairie, "06-contrat");
  const operateur = await chez("Opérateur");
  await operateur.goto(dossiers.contrat);
  await remplir(operateur, { piece: "oui", decision: "valider" });
  await presser(operateur, "Enregistrer la décision");
  await mairie.goto(dossiers.contrat);
  dossiers.poste = /** @type {string} */ (await mairie.locator('main a[href^="/postes/"]').getAttribute("href"));
  const numero = (await mairie.locator('main a[href^="/postes/"]').innerText()).replace("Poste ", "").trim();
  dossiers.numero = numero;
  await mairie.goto("/postes");
  assert.match(await ligne(mairie, numero), /Occupé/);
  const autre = mairie.locator("main tbody tr").filter({ hasNotText: numero });
  assert.match(await autre.innerText(), /Vacant/, "l’autre poste attend");
});

/** The candidate of this journey among the ranked profiles: names are hidden,
 * so each profile is read until the motivation is theirs. @param {Page} page */
async function profil(page) {
  const liens = await page.locator('main a[href^="/recrutement/candidats/"]').evaluateAll((as) => as.map((a) => /** @type {HTMLAnchorElement} */ (a).href));
  assert.ok(liens.length > 0, "des profils classés");
  for (const lien of liens) {
    await page.goto(lien);
    if ((await page.locator("main").innerText()).includes(LONG.slice(0, 60))) return /** @type {string} */ (new URL(lien).pathname.split("/").pop());
  }
  return assert.fail("le profil du candidat n’est pas dans la première page");
}

test("7. positionnement, session de formation, certificat", { timeout: 180_000 }, async () => {
  const organisme = await chez("Organisme de formation");
  await organisme.goto("/formations/positionnements");
  await organisme.locator('[name="contrat"]').selectOption({ label: await option(organisme, "contrat", "Sami Petit") });
  await remplir(organisme, { le: jour(), experience: "40", posture: "60", technique: "50" });
  await organisme.getByRole("group", { name: "Parcours recommandé" }).getByRole("radio").first().check();
  await presser(organisme, "Enregistrer le résultat");
  const anct = await chez("ANCT, pilotage du dispositif");
  await anct.goto("/formations/nouvelle");
  await regarder(anct, "07-session-nouvelle");
  await anct.locator('[name="organisme"]').selectOption({ index: 1 });
  await anct.getByRole("group", { name: "Parcours" }).getByRole("radio").first().check();
  await remplir(anct, { commune: "Rennes (35000)", debut: jour(), fin: jour(30), capacite: "8", demi_journees: "20" });
  await presser(anct, "Ouvrir la session");
  dossiers.session = chemin(anct);
  const mairie = await chez("la mairie");
  await mairie.goto(dossiers.session);
  await mairie.locator('[name="contrat"]').selectOption({ label: await option(mairie, "contrat", "Sami Petit") });
  await presser(mairie, "Inscrire cette personne");
  await organisme.goto(dossiers.session);
  await regarder(organisme, "07-session");
  await organisme.getByRole("link", { name: "Sami Petit" }).click();
  await organisme.waitForLoadState();
  await remplir(organisme, { presents: "20", justifiees: "0", injustifiees: "0", etat: "suivie", titre: "ccp1", resultat: "obtenu", resultat_le: jour() });
  await presser(organisme, "Enregistrer le suivi");
  const conseiller = await commeConseiller();
  await conseiller.goto("/mon-parcours");
  await voir(conseiller, "1 certificat sur 3");
  await regarder(conseiller, "07-mon-parcours");
});

/** The person hired, acting as the counsellor they have become. */
async function commeConseiller() {
  const page = await chez("le candidat");
  await page.goto("/compte");
  const role = page.getByRole("button", { name: /Agir en tant que Conseiller/ });
  if (await role.count()) {
    await role.click();
    await page.waitForLoadState();
    if (chemin(page).startsWith("/connexion")) await entrer(page, CANDIDAT, MOT_DE_PASSE);
  }
  return page;
}

/** @param {Page} page @param {string} nom @param {string} mots */
async function option(page, nom, mots) {
  const tous = await page.locator(`[name="${nom}"] option`).allInnerTexts();
  return tous.find((t) => t.includes(mots)) ?? assert.fail(`« ${mots} » absent de la liste : ${tous.slice(0, 20)}`);
}

/** The figures of the structure in its département: granted, occupied, vacant
 * posts, activities, people. */
async function chiffres() {
  const anct = await revenu("ANCT, pilotage du dispositif");
  await anct.goto(`/pilotage?vue=departement-35&du=${jour(-1)}`);
  const cellules = await anct.locator("main tbody tr").filter({ hasText: "Mairie de l’essai" }).locator("td").allInnerTexts();
  return cellules.slice(1).map((c) => Number(c.replaceAll(/\s/g, "")));
}

test("8. le conseiller déclare un lieu et ses permanences, saisit un accompagnement et un atelier", { timeout: 240_000 }, async () => {
  const conseiller = await commeConseiller();
  await conseiller.goto("/lieux/nouveau");
  await presser(conseiller, "Déclarer le lieu", 422);
  await regarder(conseiller, "08-lieu-refuse");
  await remplir(conseiller, { nom: "Espace numérique de l’essai", commune: "Rennes (35000)", adresse: "12 rue de Paris", services: "aide_demarches" });
  await conseiller.getByRole("group", { name: "Type de lieu" }).getByRole("checkbox").first().check();
  await remplir(conseiller, { h_lundi: "9h-12h, 14h-18h", h_mardi: "9h-12h" });
  await presser(conseiller, "Déclarer le lieu");
  dossiers.lieu = chemin(conseiller);
  // No structure runs this place: the coordinator of the département publishes it.
  const coordinateur = await chez("Coordinateur");
  await coordinateur.goto(dossiers.lieu);
  await presser(coordinateur, "Publier le lieu");
  await conseiller.reload();
  await regarder(conseiller, "08-lieu");
  await presser(conseiller, /Ajouter ma permanence/);
  await remplir(conseiller, { h_lundi: "9h-12h", du: jour() });
  for (const groupe of ["Usage", "Accès du public", "Espace", "Peut-on parler sans être entendu ?", "Accueil assis ou debout"]) {
    await conseiller.getByRole("group", { name: groupe }).getByRole("radio").first().check();
  }
  await regarder(conseiller, "08-permanence");
  await presser(conseiller, "Enregistrer la permanence");

  assert.deepEqual(await chiffres(), [2, 1, 1, 0, 0], "rien n’est encore saisi");
  await conseiller.goto("/activites/individuel");
  await conseiller.getByRole("group", { name: "Où" }).getByLabel(/Espace numérique de l’essai/).check();
  await remplir(conseiller, { duree: "60", thematiques: "email" });
  await regarder(conseiller, "08-individuel");
  await presser(conseiller, "Enregistrer");
  await conseiller.goto("/activites/atelier");
  await conseiller.getByRole("group", { name: "Où" }).getByLabel(/Espace numérique de l’essai/).check();
  await remplir(conseiller, { duree: "120", titre: "Atelier de l’essai", thematiques: ["email", "securite_numerique"], total: "6" });
  await regarder(conseiller, "08-atelier");
  await presser(conseiller, "Enregistrer");
  await conseiller.goto("/activites");
  await voir(conseiller, "Atelier de l’essai");
  await regarder(conseiller, "08-activites");
});

test("9. le lieu est sur la carte publique et dans les données ouvertes", { timeout: 120_000 }, async () => {
  const page = await chez("visiteur");
  await page.goto("/carte?autour=Rennes+(35000)&q=essai");
  await voir(page, "Espace numérique de l’essai");
  await page.locator("#carte[data-prete]").waitFor({ timeout: 30_000 });
  await regarder(page, "09-carte");
  await page.goto(dossiers.lieu);
  await voir(page, "Permanences");
  await regarder(page, "09-lieu");
  const csv = await page.request.get("/donnees-ouvertes/lieux.csv");
  assert.equal(csv.status(), 200);
  assert.ok((await csv.text()).includes("Espace numérique de l’essai"), "le lieu est dans le fichier national");
});

test("10. les chiffres bougent, de la France à la structure", { timeout: 120_000 }, async () => {
  const anct = await chez("ANCT, pilotage du dispositif");
  await anct.goto("/pilotage");
  await regarder(anct, "10-pilotage-france");
  for (const nom of ["Bretagne", "Ille-et-Vilaine"]) {
    await anct.getByRole("cell").getByRole("link", { name: nom, exact: true }).click();
    await anct.waitForLoadState();
  }
  await voir(anct, "Mairie de l’essai");
  await regarder(anct, "10-pilotage-departement");
  // One report and a workshop of six, recorded at step 8 from nothing.
  assert.deepEqual(await chiffres(), [2, 1, 1, 2, 7]);
  const public_ = await chez("visiteur");
  await public_.goto("/chiffres");
  await regarder(public_, "10-chiffres");
});

test("11. le contrat renouvelé suit le premier sur le même poste, puis la convention est renouvelée", { timeout: 240_000 }, async () => {
  const mairie = await chez("la mairie");
  await mairie.goto(dossiers.contrat);
  await presser(mairie, "Renouveler le contrat");
  await regarder(mairie, "11-renouvellement");
  await remplir(mairie, {
    genre: "cdd_public", date_debut: jour(549), date_fin: jour(1_100), duree_motif: "Durée du projet", salaire: "2100",
    eligibilite: "oui", preparation: "oui", fiche_mission: "oui",
  });
  await mairie.locator('main button[type="submit"]').last().click();
  await mairie.waitForLoadState();
  dossiers.suite = chemin(mairie);
  await presser(mairie, "Envoyer le contrat à l'opérateur");
  const operateur = await chez("Opérateur");
  await operateur.goto(dossiers.suite);
  await remplir(operateur, { piece: "oui", decision: "valider" });
  await presser(operateur, "Enregistrer la décision");
  await mairie.goto(dossiers.contrat);
  await voir(mairie, "Contrat suivant");
  await regarder(mairie, "11-contrat-suivi");

  // The window of the convention opens twelve months before its end.
  await mairie.goto(dossiers.convention);
  assert.equal(await mairie.getByRole("button", { name: "Envoyer vos réponses" }).count(), 0);
  await plusTard(800);
  await revenu("la mairie", CONTACT);
  await mairie.goto("/postes");
  assert.match(await ligne(mairie, dossiers.numero), /Occupé/);
  assert.deepEqual((await chiffres()).slice(0, 3), [2, 1, 1], "le renouvellement ne change pas les postes");
  await mairie.goto(dossiers.convention);
  await remplir(mairie, { [`reponse-${dossiers.poste.split("/").pop()}`]: "renouveler" });
  await regarder(mairie, "11-convention-reponses");
  await presser(mairie, "Envoyer vos réponses");
  await revenu("Opérateur");
  await operateur.goto(dossiers.convention);
  await presser(operateur, "Préparer le renouvellement");
  dossiers.suiteConvention = chemin(operateur);
  await operateur.getByLabel(/Toutes les pièces/).check();
  await presser(operateur, /Envoyer à la structure/);
  await mairie.goto(dossiers.suiteConvention);
  await mairie.getByLabel(/Je suis habilité/).check();
  await presser(mairie, "Signer la convention");
  await operateur.goto(dossiers.suiteConvention);
  await operateur.getByLabel(/Je suis habilité/).check();
  await presser(operateur, "Signer pour l’État");
  await voir(operateur, "En vigueur");
  await regarder(operateur, "11-convention-renouvelee");
  const conseiller = await revenu("le candidat", CANDIDAT);
  await commeConseiller();
  assert.equal((await conseiller.goto("/activites/individuel"))?.status(), 200, "les droits continuent");
});

test("11. à la rupture, le poste redevient vacant et les droits prennent fin ; rien n’est perdu", { timeout: 180_000 }, async () => {
  const mairie = await chez("la mairie");
  await mairie.goto(`${dossiers.suite}/rupture`);
  await remplir(mairie, { motif: "retraite", date_effet: jour(800) });
  await presser(mairie, "Déclarer la rupture");
  const operateur = await chez("Opérateur");
  await operateur.goto(dossiers.suite);
  await remplir(operateur, { lettre: "oui" });
  await presser(operateur, "Valider la rupture");
  await regarder(operateur, "11-rupture");
  const conseiller = await chez("le candidat");
  const r = await conseiller.goto("/activites/individuel");
  assert.notEqual(chemin(conseiller) + r?.status(), "/activites/individuel200", "la saisie est fermée");
  const page = await chez("visiteur");
  assert.equal((await page.goto(dossiers.lieu))?.status(), 200, "le lieu reste");
  // Occupied on the last day, vacant from the next one.
  await mairie.goto("/postes");
  assert.match(await ligne(mairie, dossiers.numero), /Occupé/);
  await plusTard(801);
  await revenu("la mairie", CONTACT);
  await mairie.goto("/postes");
  const rang = await ligne(mairie, dossiers.numero);
  const [an, mois, lendemain] = jour(801).split("-");
  assert.match(rang, /Vacant/);
  assert.ok(rang.includes(`${lendemain}/${mois}/${an}`), `vacant depuis le ${lendemain}/${mois}/${an} : ${rang}`);
  assert.deepEqual(await chiffres(), [2, 0, 2, 2, 7], "le poste est vacant, le travail reste");
  await mairie.goto(dossiers.poste);
  await voir(mairie, "Fin d’occupation");
  await regarder(mairie, "11-poste-vacant");
});

essai("aucune page du parcours ne gêne qui que ce soit", () => {
  assert.deepEqual(fautes, []);
  assert.deepEqual([...gens.values()].flatMap((g) => g.plaintes), []);
});
