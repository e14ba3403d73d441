// The rules of entry that a device can judge alone (spec 20 §3.1, §3.2). The
// server judges again; here they spare a trip.
import { localiser, MESSAGE } from "./controle.js";
import { duree as enMots } from "./dom.js";

/** @typedef {import("./file.js").Faute} Faute */

/** What a refused entry may be confirmed with. @type {Record<string, string>} */
export const CONFIRMATIONS = {
  date: "Oui, la date est juste",
  emploi: "Oui, la date est juste, l'employeur est à préciser",
  duree: "Oui, la durée est juste",
  total: "Oui, ce nombre est juste",
  texte: "Oui, il n'y a pas de mot de passe dans ce texte",
};

/** @param {string} a @param {string} b */
const jours = (a, b) => Math.round((Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / 86_400_000);

/** @param {any} o */
const somme = (o) => Object.values(o ?? {}).reduce((t, n) => t + (Number.isInteger(n) ? Number(n) : 0), 0);

/**
 * @param {any} c the body
 * @param {string} aujourdhui
 * @param {number} max longest duration
 * @returns {Faute[]}
 */
export function verifier(c, aujourdhui, max) {
  /** @type {Faute[]} */
  const f = [];
  const dire = (/** @type {string} */ pointeur, /** @type {string} */ message) => f.push({ pointeur, message });
  const confirmer = (/** @type {string} */ confirmation, /** @type {string} */ pointeur, /** @type {string} */ message) => {
    if (!c.confirmations?.includes(confirmation)) f.push({ pointeur, message, confirmation });
  };
  if (!/^\d{4}-\d\d-\d\d$/.test(c.date ?? "")) dire("/date", "Indiquez la date.");
  else if (c.date > aujourdhui) dire("/date", "La date ne peut pas être dans le futur.");
  else if (c.date < "2020-01-01") dire("/date", "La date doit être postérieure au 1er janvier 2020.");
  else if (jours(c.date, aujourdhui) > 90) confirmer("date", "/date", "Cette activité date de plus de 3 mois : confirmez.");
  if (!Number.isInteger(c.duree) || c.duree < 5 || c.duree > max) dire("/duree", `La durée doit être comprise entre 5 min et ${enMots(max)}.`);
  else if (c.type === "individuel" && c.duree > 240) confirmer("duree", "/duree", `${enMots(c.duree)} avec une seule personne : confirmez cette durée.`);
  if (!c.type_lieu) dire("/type_lieu", "Choisissez où l'accompagnement a eu lieu.");
  if (["domicile", "autre"].includes(c.type_lieu) && !c.commune && !(c.type_lieu === "domicile" && c.suivis?.length)) dire("/commune", "Choisissez une commune.");
  if (!c.thematiques?.length && !c.sous_thematiques?.length) dire("/thematiques", "Choisissez au moins une thématique.");
  if (c.materiel?.length > 1 && c.materiel.includes("aucun")) dire("/materiel", "« Pas de matériel » ne se combine pas avec un autre choix.");
  const suites = Object.keys(c.suites ?? {});
  if (suites.some((s) => ["orientation", "hors_champ"].includes(s)) && !c.destination && !c.organisme) dire("/destination", "Indiquez vers qui la personne a été orientée.");
  if (c.type === "collectif") groupe(c, dire, confirmer);
  for (const cle of ["notes", "titre"]) {
    const texte = c[cle] ?? "";
    const max = cle === "notes" ? 2_000 : 150;
    if ([...texte].length > max) dire(`/${cle}`, `${max.toLocaleString("fr-FR")} caractères au maximum.`);
    const vu = localiser(texte);
    if (vu && vu.quoi !== "mot_de_passe") dire(`/${cle}`, `${MESSAGE} Passage : « ${vu.passage} ».`);
    if (vu?.quoi === "mot_de_passe") confirmer("texte", `/${cle}`, "Ce texte semble contenir un mot de passe. Retirez-le, ou confirmez qu'il n'y en a pas.");
  }
  return f;
}

/**
 * @param {any} c
 * @param {(pointeur: string, message: string) => void} dire
 * @param {(mot: string, pointeur: string, message: string) => void} confirmer
 */
function groupe(c, dire, confirmer) {
  const a = c.anonymes ?? {};
  const n = a.total ?? 0;
  if (!Number.isInteger(n)) return dire("/anonymes/total", "Écrivez un nombre entier, par exemple 6.");
  if (!n && !c.suivis?.length) dire("/anonymes/total", "Indiquez au moins un participant.");
  if (n > 500) dire("/anonymes/total", "500 participants anonymes au maximum.");
  else if (n > 30) confirmer("total", "/anonymes/total", `${n} participants anonymes : confirmez ce nombre.`);
  if ((a.deja_accompagnes ?? 0) > n) dire("/anonymes/deja_accompagnes", `Les personnes déjà accompagnées (${a.deja_accompagnes}) dépassent le nombre de participants anonymes (${n}).`);
  for (const [cle, mot] of [
    ["genre", "genre"],
    ["tranche", "tranche d'âge"],
    ["statut", "statut"],
  ]) {
    const x = somme(a[cle]);
    if (x > n) dire(`/anonymes/${cle}`, `Le total par ${mot} (${x}) dépasse le nombre de participants anonymes (${n}).`);
  }
  if (somme(c.suites) > n + (c.suivis?.length ?? 0)) dire("/suites", "Le total des suites dépasse le nombre de participants.");
}
