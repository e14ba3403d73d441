// RFC 6238, as the telephone of a person would compute it.
import { createHmac } from "node:crypto";

/** @param {string} secret base32, spaces allowed
 * @param {number} [maintenant] milliseconds */
export function totp(secret, maintenant = Date.now()) {
  let bits = "";
  for (const c of secret.replace(/[\s=]/g, "").toUpperCase()) {
    bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0");
  }
  const cle = Buffer.from((bits.match(/.{8}/g) ?? []).map((o) => parseInt(o, 2)));
  const compteur = Buffer.alloc(8);
  compteur.writeBigUInt64BE(BigInt(Math.floor(maintenant / 30_000)));
  const h = createHmac("sha1", cle).update(compteur).digest();
  const n = h.readUInt32BE(h[19] & 15) & 0x7fffffff;
  return String(n % 1_000_000).padStart(6, "0");
}
