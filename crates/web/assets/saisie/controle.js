// What a device can judge alone; the server judges again, here it spares a
// trip. First the scanner of free texts (spec 20 §2.6): what must never be
// written in notes is refused before it is kept. The same rule runs on the
// server (crates/socle/src/texte_libre.rs); both replay the same cases.
import { duree as enMots } from "./dom.js";

export const MESSAGE =
  "Ne saisissez ni numéro de sécurité sociale, ni coordonnées bancaires, ni identifiant ou mot de passe.";

/** @typedef {"nir" | "iban" | "carte" | "mot_de_passe"} Trouve */
/** Characters of a run and the place of each in the text. @typedef {{ texte: string, places: number[] }} Suite */

const SEPARATEURS = " .-_/\t\u00a0\u202f\u2009\u2011\u2013";

/** @param {string[]} signes @param {RegExp} de @param {string} coupe @returns {Suite[]} */
function couper(signes, de, coupe) {
  /** @type {Suite[]} */
  const suites = [{ texte: "", places: [] }];
  let vides = 0;
  signes.forEach((c, i) => {
    const s = suites[suites.length - 1];
    if (de.test(c)) {
      s.texte += c.toUpperCase();
      s.places.push(i);
      vides = 0;
      return;
    }
    vides += 1;
    if (coupe.includes(c) || !SEPARATEURS.includes(c) || vides > 3) suites.push({ texte: "", places: [] });
  });
  return suites.filter((s) => s.texte.length >= 13);
}

/** A number begins after a separator or a letter, never inside digits that touch. @param {Suite} s @param {number} i */
const ouvre = (s, i) => i === 0 || s.places[i] !== s.places[i - 1] + 1 || !/\d/.test(s.texte[i - 1]);
/** @param {Suite} s @param {number} i */
const ferme = (s, i) => i >= s.places.length || s.places[i] !== s.places[i - 1] + 1;

/** @param {Suite} s @param {(t: string) => number} regle length recognised, or 0 @returns {[number, number] | null} */
function trouver(s, regle) {
  for (let i = 0; i < s.texte.length; i++) {
    const n = ouvre(s, i) ? regle(s.texte.slice(i)) : 0;
    if (n) return [s.places[i], s.places[i + n - 1] + 1];
  }
  return null;
}

/** @param {string} t */
function nir(t) {
  if (t.length < 15) return 0;
  let corps = t.slice(0, 13);
  if (corps.slice(5, 7) === "2A") corps = `${corps.slice(0, 5)}19${corps.slice(7)}`;
  if (corps.slice(5, 7) === "2B") corps = `${corps.slice(0, 5)}18${corps.slice(7)}`;
  const cle = t.slice(13, 15);
  if (!/^[123478]\d{12}$/.test(corps) || !/^\d\d$/.test(cle)) return 0;
  const mois = Number(corps.slice(3, 5));
  const plausible = (mois >= 1 && mois <= 12) || (mois >= 20 && mois <= 42) || mois >= 50;
  return plausible && 97n - (BigInt(corps) % 97n) === BigInt(cle) ? 15 : 0;
}

/** Countries and the length of their IBAN (ISO 13616 register). */
const PAYS = `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20
EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32
LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31
SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20`.split(/\s/);

/** @param {string} t */
function iban(t) {
  const n = Number(PAYS.find((p) => p.startsWith(t.slice(0, 2)) && t.length > 1)?.slice(2) ?? 0);
  const c = t.slice(0, n);
  if (!n || c.length < n || !/^\d\d$/.test(c.slice(2, 4)) || c.replace(/\D/g, "").length < 12) return 0;
  let r = 0;
  for (const x of c.slice(4) + c.slice(0, 4)) r = /\d/.test(x) ? (r * 10 + Number(x)) % 97 : (r * 100 + x.charCodeAt(0) - 55) % 97;
  return r === 1 ? n : 0;
}

/** @param {string} chiffres */
function luhn(chiffres) {
  const somme = [...chiffres].reverse().reduce((t, c, i) => {
    const n = Number(c) * (i % 2 ? 2 : 1);
    return t + (n > 9 ? n - 9 : n);
  }, 0);
  return somme % 10 === 0;
}

/** @param {Suite} s @returns {[number, number] | null} */
function carte(s) {
  const c = s.texte;
  const fin = c.length;
  let debut = 0;
  // Phone numbers in front: ten digits that begin with one 0 and end a group.
  while (fin - debut >= 10 && c[debut] === "0" && c[debut + 1] !== "0" && ferme(s, debut + 10)) debut += 10;
  const valide = (/** @type {number} */ a, /** @type {number} */ b) => {
    const t = c.slice(a, b);
    return t.length >= 13 && t.length <= 19 && t[0] !== "0" && luhn(t) && !(t.length === 14 && luhn(t.slice(0, 9)));
  };
  const rendre = (/** @type {number} */ a, /** @type {number} */ b) => /** @type {[number, number]} */ ([s.places[a], s.places[b - 1] + 1]);
  if (valide(debut, fin)) return rendre(debut, fin);
  for (const n of [16, 15]) {
    if (debut + n <= fin && /[3-6]/.test(c[debut]) && ferme(s, debut + n) && valide(debut, debut + n)) return rendre(debut, debut + n);
  }
  if (fin - debut > 19) {
    for (const n of [16, 15]) {
      const a = fin - n;
      if (a >= debut && /[3-6]/.test(c[a]) && ouvre(s, a) && valide(a, fin)) return rendre(a, fin);
    }
  }
  return null;
}

const MOT_DE_PASSE = /(?<![\p{L}\p{N}])(?:mot de passe|mdp|code secret|identifiant)s?(?:\s*[:=]|\s+est(?=[\s:]))\s*\S+/iu;

/**
 * What is found and the passage that holds it.
 * @param {string} texte
 * @returns {{ quoi: Trouve, passage: string } | null}
 */
export function localiser(texte) {
  const signes = [...texte];
  const suites = couper(signes, /[0-9A-Za-z]/, "");
  const chiffres = couper(signes, /[0-9]/, "/");
  /** @type {[Trouve, Suite[], (s: Suite) => [number, number] | null][]} */
  const regles = [
    ["nir", suites, (s) => trouver(s, nir)],
    ["iban", suites, (s) => trouver(s, iban)],
    ["carte", chiffres, carte],
  ];
  for (const [quoi, ou, regle] of regles) {
    for (const s of ou) {
      const r = regle(s);
      if (r) return { quoi, passage: signes.slice(...r).join("") };
    }
  }
  const m = MOT_DE_PASSE.exec(texte);
  return m ? { quoi: "mot_de_passe", passage: m[0] } : null;
}

// --- The rules of entry (spec 20 §3.1, §3.2) ---

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
