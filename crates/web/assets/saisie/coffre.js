// The device's key: AES-256-GCM, wrapped by a code (PBKDF2-SHA-256), never on
// disk in clear, dropped from memory after 15 minutes without a gesture.

const TOURS = 600_000;
export const ECHECS_MAX = 10;
export const INACTIVITE_MS = 15 * 60 * 1000;
const texte = new TextEncoder();
const clair = new TextDecoder();

/** @typedef {{ iv: Uint8Array<ArrayBuffer>, data: ArrayBuffer }} Scelle */
/** @typedef {{ sel: Uint8Array<ArrayBuffer>, tours: number, enveloppe: Scelle }} Serrure */

/** @param {number} n @returns {Uint8Array<ArrayBuffer>} */
const alea = (n) => crypto.getRandomValues(new Uint8Array(n));

/** @param {string} code @param {Uint8Array<ArrayBuffer>} sel @param {number} tours */
async function cleDuCode(code, sel, tours) {
  const base = await crypto.subtle.importKey("raw", texte.encode(code), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt: sel, iterations: tours }, base, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}

/** @param {Uint8Array<ArrayBuffer>} brute @returns {Promise<CryptoKey>} a key nobody can read back */
const importer = (brute) => crypto.subtle.importKey("raw", brute, "AES-GCM", false, ["encrypt", "decrypt"]);

/** @param {CryptoKey} cle @param {string} aad @param {BufferSource} octets @returns {Promise<Scelle>} */
async function sceller(cle, aad, octets) {
  const iv = alea(12);
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: texte.encode(aad) }, cle, octets) };
}

/** @param {CryptoKey} cle @param {string} aad @param {Scelle} s */
const ouvrir = (cle, aad, s) => crypto.subtle.decrypt({ name: "AES-GCM", iv: s.iv, additionalData: texte.encode(aad) }, cle, s.data);

/**
 * A new device key behind a code.
 * @param {string} code
 * @returns {Promise<{ brute: Uint8Array<ArrayBuffer>, cle: CryptoKey, serrure: Serrure }>}
 */
export async function creer(code) {
  const brute = alea(32);
  return { brute, cle: await importer(brute), serrure: await refermer(brute, code) };
}

/** @param {Uint8Array<ArrayBuffer>} brute @param {string} code @returns {Promise<Serrure>} */
export async function refermer(brute, code) {
  const sel = alea(16);
  return { sel, tours: TOURS, enveloppe: await sceller(await cleDuCode(code, sel, TOURS), "cle", brute) };
}

/**
 * @param {string} code
 * @param {Serrure} s
 * @returns {Promise<CryptoKey | null>} null: the code is wrong
 */
export async function deverrouiller(code, s) {
  try {
    const brute = new Uint8Array(await ouvrir(await cleDuCode(code, s.sel, s.tours), "cle", s.enveloppe));
    const cle = await importer(brute);
    brute.fill(0);
    return cle;
  } catch {
    return null;
  }
}

/** @param {CryptoKey} cle @param {string} aad @param {unknown} valeur @returns {Promise<Scelle>} */
export const chiffrer = (cle, aad, valeur) => sceller(cle, aad, texte.encode(JSON.stringify(valeur)));

/** @param {CryptoKey} cle @param {string} aad @param {Scelle} s @returns {Promise<any>} */
export const dechiffrer = async (cle, aad, s) => JSON.parse(clair.decode(await ouvrir(cle, aad, s)));

/** @param {string} appareil @param {string} op @param {string} type */
export const aad = (appareil, op, type) => `${appareil}|${op}|${type}`;

/** @param {Uint8Array | ArrayBuffer} octets */
export const base64 = (octets) => btoa(Array.from(new Uint8Array(octets), (o) => String.fromCharCode(o)).join(""));
/** @param {string} t @returns {Uint8Array<ArrayBuffer>} */
export const debase64 = (t) => Uint8Array.from(atob(t), (c) => c.charCodeAt(0));

/**
 * A file only its passphrase opens.
 * @param {string} phrase
 * @param {unknown} valeur
 */
export async function emballer(phrase, valeur) {
  const sel = alea(16);
  const { iv, data } = await chiffrer(await cleDuCode(phrase, sel, TOURS), "export", valeur);
  return JSON.stringify({ format: "maillage-file", version: 1, tours: TOURS, sel: base64(sel), iv: base64(iv), data: base64(data) });
}

/** @param {string} phrase @param {string} fichier @returns {Promise<any>} rejects when the passphrase is wrong */
export async function deballer(phrase, fichier) {
  const f = JSON.parse(fichier);
  if (f.format !== "maillage-file") throw new Error("format");
  const cle = await cleDuCode(phrase, debase64(f.sel), f.tours);
  return dechiffrer(cle, "export", { iv: debase64(f.iv), data: debase64(f.data).buffer });
}

/** A UUIDv7: sorts by the instant it was made. @param {number} [ms] @returns {string} */
export function uuid7(ms = Date.now()) {
  const o = alea(16);
  for (let i = 0; i < 6; i++) o[i] = Math.floor(ms / 2 ** (8 * (5 - i))) % 256;
  o[6] = 0x70 | (o[6] & 0x0f);
  o[8] = 0x80 | (o[8] & 0x3f);
  const x = Array.from(o, (b) => b.toString(16).padStart(2, "0")).join("");
  return `${x.slice(0, 8)}-${x.slice(8, 12)}-${x.slice(12, 16)}-${x.slice(16, 20)}-${x.slice(20)}`;
}
