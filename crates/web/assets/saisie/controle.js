// The scanner of free texts (spec 20 §2.6): what must never be written in
// notes is refused before it is kept. The same rule runs on the server
// (crates/socle/src/texte_libre.rs); both replay the same cases.

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
