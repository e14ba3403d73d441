// IndexedDB of one person on this device. Writes are strict: a promise kept
// here is on the disk.

const VERSION = 2;
/** Stores are only ever added. */
const MAGASINS = [
  ["operations", "op", 1],
  ["brouillons", "id", 1],
  ["references", "id", 1],
  ["meta", "id", 1],
  ["recus", "op", 2],
];

/** @typedef {"operations" | "brouillons" | "references" | "meta" | "recus"} Magasin */

/** @param {string} personne */
export const nomDeBase = (personne) => `saisie-${personne}`;

export class Stockage {
  /** @param {string} personne */
  constructor(personne) {
    this.personne = personne;
    /** @type {IDBDatabase | null} */
    this.base = null;
    /** Called when another tab holds an older version open. */
    this.bloque = () => {};
    /** True once erased, here or in another tab: nothing may make it again. */
    this.detruite = false;
    /** Called when another tab erased it. */
    this.efface = () => {};
  }

  /** @returns {Promise<IDBDatabase>} */
  ouvrir() {
    if (this.detruite) return Promise.reject(new Error("effacée"));
    if (this.base) return Promise.resolve(this.base);
    return new Promise((oui, non) => {
      const demande = indexedDB.open(nomDeBase(this.personne), VERSION);
      demande.onupgradeneeded = (e) => {
        for (const [nom, cle, depuis] of MAGASINS) {
          if (e.oldVersion < Number(depuis) && !demande.result.objectStoreNames.contains(String(nom))) {
            demande.result.createObjectStore(String(nom), { keyPath: String(cle) });
          }
        }
      };
      demande.onblocked = () => this.bloque();
      demande.onerror = () => non(demande.error);
      demande.onsuccess = () => {
        this.base = demande.result;
        // Erased while it was being opened.
        if (this.detruite) this.base.close();
        this.base.onclose = () => (this.base = null);
        this.base.onversionchange = (e) => {
          this.fermer();
          if (e.newVersion !== null || this.detruite) return;
          this.detruite = true;
          this.efface();
        };
        oui(this.base);
      };
    });
  }

  fermer() {
    this.base?.close();
    this.base = null;
  }

  /**
   * One transaction. What `faire` returns is given once it is committed.
   * @template T
   * @param {Magasin[]} magasins
   * @param {IDBTransactionMode} mode
   * @param {(tx: IDBTransaction) => T} faire
   * @returns {Promise<T>}
   */
  async transaction(magasins, mode, faire) {
    const base = await this.ouvrir();
    return new Promise((oui, non) => {
      const tx = base.transaction(magasins, mode, { durability: "strict" });
      /** @type {T} */
      let v;
      tx.oncomplete = () => oui(v);
      tx.onerror = tx.onabort = () => non(tx.error ?? new Error("abandon"));
      v = faire(tx);
    });
  }

  /** @param {Magasin} magasin @param {IDBValidKey} cle @returns {Promise<any>} */
  async lire(magasin, cle) {
    return (await this.transaction([magasin], "readonly", (tx) => tx.objectStore(magasin).get(cle))).result;
  }

  /** @param {Magasin} magasin @returns {Promise<any[]>} */
  async tous(magasin) {
    return (await this.transaction([magasin], "readonly", (tx) => tx.objectStore(magasin).getAll())).result;
  }

  /** @param {Magasin} magasin @param {object} valeur */
  async ecrire(magasin, valeur) {
    await this.transaction([magasin], "readwrite", (tx) => tx.objectStore(magasin).put(valeur));
  }

  /** @param {Magasin} magasin @param {IDBValidKey} cle */
  async effacer(magasin, cle) {
    await this.transaction([magasin], "readwrite", (tx) => tx.objectStore(magasin).delete(cle));
  }

  /** Forgets everything of this person on this device. */
  async detruire() {
    this.detruite = true;
    this.fermer();
    await new Promise((oui, non) => {
      const d = indexedDB.deleteDatabase(nomDeBase(this.personne));
      d.onsuccess = () => oui(undefined);
      d.onerror = () => non(d.error);
      d.onblocked = () => this.bloque();
    });
  }
}

const DERNIER = "saisie.dernier";

/**
 * Who records on this browser: ids only, the last one first. The databases
 * say it: localStorage is not on the disk when it says so, and only remembers
 * who came last.
 * @returns {Promise<string[]>}
 */
export async function personnes() {
  const dernier = localStorage.getItem(DERNIER);
  const bases = await indexedDB.databases?.().catch(() => null);
  if (!bases) return dernier ? [dernier] : [];
  const v = bases.flatMap((b) => (b.name?.startsWith(nomDeBase("")) ? [b.name.slice(nomDeBase("").length)] : []));
  return v.sort((a, b) => Number(b === dernier) - Number(a === dernier));
}

/** @param {string} personne */
export const noter = (personne) => localStorage.setItem(DERNIER, personne);

export const oublier = () => localStorage.removeItem(DERNIER);
