// The scanner of free texts, as on the server (spec 20 §2.6): what must never
// be written in notes is refused before it is kept.

export const MESSAGE =
  "Ne saisissez ni numéro de sécurité sociale, ni coordonnées bancaires, ni identifiant ou mot de passe.";

/** @param {string} s */
const alphanumerique = (s) => /[\p{L}\p{N}]/u.test(s);

/** @param {string} texte @returns {string[]} numbers as people write them, separators removed */
function suites(texte) {
  const signes = [...texte];
  const v = [];
  for (let i = 0; i < signes.length; i++) {
    if ((i > 0 && alphanumerique(signes[i - 1])) || !/[0-9A-Za-z]/.test(signes[i])) continue;
    let s = "";
    for (let j = i; j < signes.length && s.length < 34; j++) {
      if (/[0-9A-Za-z]/.test(signes[j])) s += signes[j].toUpperCase();
      else if (!" .-\u00a0\u202f".includes(signes[j])) break;
    }
    v.push(s);
  }
  return v;
}

/** @param {string} s */
function nir(s) {
  if (s.length < 15) return false;
  let corps = s.slice(0, 13);
  if (["2A", "2B"].includes(s.slice(5, 7))) corps = corps.replace("2A", "19").replace("2B", "18");
  const cle = s.slice(13, 15);
  if (!/^\d{13}$/.test(corps) || !/^\d\d$/.test(cle) || !"123478".includes(corps[0])) return false;
  const mois = Number(corps.slice(3, 5));
  const plausible = (mois >= 1 && mois <= 12) || (mois >= 20 && mois <= 42) || mois >= 50;
  return plausible && 97n - (BigInt(corps) % 97n) === BigInt(cle);
}

/** @param {string} s */
function iban(s) {
  for (let n = 15; n <= Math.min(s.length, 34); n++) {
    const t = s.slice(0, n);
    if (!/^[A-Z]{2}\d{2}/.test(t)) return false;
    let r = 0;
    for (const c of t.slice(4) + t.slice(0, 4)) {
      const v = /\d/.test(c) ? Number(c) : c.charCodeAt(0) - 55;
      r = ((v > 9 ? r * 100 : r * 10) + v) % 97;
    }
    if (r === 1) return true;
  }
  return false;
}

/** @param {string} s */
function carte(s) {
  const m = /^([45]\d{15})(?!\d)/.exec(s);
  if (!m) return false;
  const somme = [...m[1]].reverse().reduce((t, c, i) => {
    const n = Number(c) * (i % 2 ? 2 : 1);
    return t + (n > 9 ? n - 9 : n);
  }, 0);
  return somme % 10 === 0;
}

/** @param {string} texte */
function motDePasse(texte) {
  const bas = texte.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return ["mot de passe :", "mot de passe:", "mdp :", "mdp:", "password:", "password :", "code secret :", "mot de passe est "].some((m) =>
    bas.includes(m),
  );
}

/**
 * @param {string} texte
 * @returns {"" | "refuse" | "confirmer"}
 */
export function controler(texte) {
  if (suites(texte).some((s) => nir(s) || iban(s) || carte(s))) return "refuse";
  return motDePasse(texte) ? "confirmer" : "";
}
