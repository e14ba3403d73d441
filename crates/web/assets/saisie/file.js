// The queue of what is not sent yet. Each operation is kept as written,
// sealed; only what the outbox shows stays readable.
import { aad, chiffrer, dechiffrer, uuid7 } from "./coffre.js";

/** Version of what operations say. The server reads older ones. */
export const SCHEMA = 2;
/** Receipts are kept so long, to change what was sent lately. */
const RECUS_JOURS = 30;

/** @typedef {"en_attente" | "a_corriger" | "a_arbitrer" | "bloquee"} Etat */
/** @typedef {{ pointeur: string, message: string, confirmation?: string }} Faute */
/**
 * @typedef {{ op: string, seq: number, appareil: string, type: string, objet: string, cree_le: number, etat: Etat,
 *   tentatives: number, erreur: string, fautes: Faute[], proposition?: string, iv: Uint8Array<ArrayBuffer>, data: ArrayBuffer }} Ligne
 */
/**
 * @typedef {{ op: string, seq: number, appareil: string, type: string, schema: number, objet: string, base: number | null,
 *   saisi_le: string, fuseau: string, corps: any, corrige?: string }} Operation
 */

/** What the outbox calls each state. */
export const ETATS = {
  en_attente: "En attente d'envoi",
  a_corriger: "À corriger",
  a_arbitrer: "À arbitrer",
  bloquee: "Attend une autre saisie",
};

export class File {
  /**
   * @param {import("./stockage.js").Stockage} stockage
   * @param {string} appareil
   */
  constructor(stockage, appareil) {
    this.stockage = stockage;
    this.appareil = appareil;
    /** @type {CryptoKey | null} */
    this.cle = null;
    /** Milliseconds the server is ahead of this clock. */
    this.decalage = 0;
    /** The author's time zone. */
    this.zone = "Europe/Paris";
    /** Called when the queue changed. */
    this.change = () => {};
  }

  /** What this device last learnt of its clock. */
  async reprendreHorloge() {
    this.decalage = (await this.stockage.lire("meta", "decalage"))?.valeur ?? 0;
  }

  ouverte() {
    if (!this.cle) throw new Error("verrouillée");
    return this.cle;
  }

  maintenant() {
    return new Date(Date.now() + this.decalage);
  }

  /** Today where the author works. */
  aujourdhui() {
    return this.maintenant().toLocaleDateString("sv-SE", { timeZone: this.zone });
  }

  /** The next number: taken once, whatever the tab. @returns {Promise<number>} */
  async numero() {
    let n = 0;
    await this.stockage.transaction(["meta"], "readwrite", (tx) => {
      const meta = tx.objectStore("meta");
      const lu = meta.get("seq");
      lu.onsuccess = () => {
        n = (lu.result?.valeur ?? 0) + 1;
        meta.put({ id: "seq", valeur: n });
      };
    });
    return n;
  }

  /**
   * Keeps an operation: once this resolves, it is on the disk. The draft it
   * comes from and the refused operation it replaces go away with it.
   * @param {{ type: string, objet?: string, base?: number | null, corps: any, remplace?: Ligne | null, brouillon?: string }} o
   * @returns {Promise<Operation>}
   */
  async ajouter(o) {
    const cle = this.ouverte();
    /** @type {Operation} */
    const operation = {
      op: uuid7(this.maintenant().getTime()),
      seq: await this.numero(),
      appareil: this.appareil,
      type: o.type,
      schema: SCHEMA,
      objet: o.objet ?? uuid7(this.maintenant().getTime()),
      base: o.base ?? null,
      saisi_le: this.maintenant().toISOString().replace(/\.\d+Z$/, "Z"),
      fuseau: Intl.DateTimeFormat().resolvedOptions().timeZone,
      corps: o.corps,
    };
    // Refused only: what was never sent has nothing to take the place of.
    if (o.remplace?.etat === "a_corriger") operation.corrige = o.remplace.op;
    const ligne = await this.sceller(operation, cle);
    await this.stockage.transaction(["operations", "brouillons", "meta"], "readwrite", (tx) => {
      // A device being erased takes nothing more.
      const retire = tx.objectStore("meta").get("retire");
      retire.onsuccess = () => retire.result && tx.abort();
      tx.objectStore("operations").put(ligne);
      if (o.remplace) tx.objectStore("operations").delete(o.remplace.op);
      if (o.brouillon) tx.objectStore("brouillons").delete(o.brouillon);
    });
    this.change();
    return operation;
  }

  /** @param {Operation} o @param {CryptoKey} cle @returns {Promise<Ligne>} */
  async sceller(o, cle) {
    const { op, seq, appareil, type, objet } = o;
    const scelle = await chiffrer(cle, aad(appareil, op, type), o);
    return { op, seq, appareil, type, objet, cree_le: Date.now(), etat: "en_attente", tentatives: 0, erreur: "", fautes: [], ...scelle };
  }

  /** @param {Pick<Ligne, "op" | "appareil" | "type" | "iv" | "data">} l @returns {Promise<Operation>} */
  ouvrir(l) {
    return dechiffrer(this.ouverte(), aad(l.appareil, l.op, l.type), l);
  }

  /** @returns {Promise<Ligne[]>} in the order they were written */
  async liste() {
    const v = await this.stockage.tous("operations");
    return v.sort((a, b) => (a.appareil < b.appareil ? -1 : a.appareil > b.appareil ? 1 : a.seq - b.seq));
  }

  async nombre() {
    return (await this.stockage.transaction(["operations"], "readonly", (tx) => tx.objectStore("operations").count())).result;
  }

  /**
   * Applies what the server answered, all at once. Only an operation it names
   * leaves the queue.
   * @param {any[]} resultats
   * @param {Map<string, Ligne>} envoyees
   */
  async ranger(resultats, envoyees) {
    await this.stockage.transaction(["operations", "recus"], "readwrite", (tx) => {
      const [operations, recus] = [tx.objectStore("operations"), tx.objectStore("recus")];
      for (const r of resultats) {
        const l = envoyees.get(r.op);
        if (!l) continue;
        if (r.statut === "appliquee" || r.statut === "deja_appliquee") {
          operations.delete(l.op);
          recus.put({ op: l.op, appareil: l.appareil, type: l.type, objet: l.objet, version: r.version, le: Date.now(), iv: l.iv, data: l.data });
          continue;
        }
        const fautes = r.erreurs ?? [];
        const suite = /** @type {Record<string, [Etat, string]>} */ ({
          conflit: ["a_arbitrer", "Ce compte rendu a aussi été modifié ailleurs : choisissez ce qui doit rester."],
          refusee: ["a_corriger", fautes.map((/** @type {Faute} */ f) => f.message).join(" ")],
          reportee: ["bloquee", "Partira quand la saisie dont elle dépend sera corrigée."],
        })[r.statut];
        if (suite) operations.put({ ...l, etat: suite[0], erreur: suite[1], fautes, proposition: r.proposition, tentatives: l.tentatives + 1 });
      }
      const vieux = Date.now() - RECUS_JOURS * 86_400_000;
      const parcours = recus.openCursor();
      parcours.onsuccess = () => {
        const c = parcours.result;
        if (!c) return;
        if (c.value.le < vieux) c.delete();
        c.continue();
      };
    });
    this.change();
  }

  /** Notes why a batch did not go. @param {Ligne[]} lignes @param {string} erreur */
  async echec(lignes, erreur) {
    await this.stockage.transaction(["operations"], "readwrite", (tx) => {
      const m = tx.objectStore("operations");
      for (const l of lignes) {
        const lu = m.get(l.op);
        lu.onsuccess = () => lu.result && m.put({ ...lu.result, erreur, tentatives: lu.result.tentatives + 1 });
      }
    });
    this.change();
  }

  /**
   * An operation written by a clock that was wrong: the same, dated now.
   * @param {Ligne} l
   */
  async redater(l) {
    const o = await this.ouvrir(l);
    await this.ajouter({ type: o.type, objet: o.objet, base: o.base, corps: o.corps, remplace: l });
  }

  /** Nothing waits and nothing more may: the device can be erased. @returns {Promise<boolean>} */
  async fermer() {
    let vide = false;
    await this.stockage.transaction(["operations", "meta"], "readwrite", (tx) => {
      const n = tx.objectStore("operations").count();
      n.onsuccess = () => {
        vide = n.result === 0;
        if (vide) tx.objectStore("meta").put({ id: "retire" });
      };
    });
    return vide;
  }

  /** Gives up an operation the server refused or set aside. @param {Ligne} l */
  async abandonner(l) {
    await this.stockage.transaction(["operations", "meta"], "readwrite", (tx) => {
      tx.objectStore("operations").delete(l.op);
      const meta = tx.objectStore("meta");
      const lu = meta.get("abandons");
      lu.onsuccess = () => meta.put({ id: "abandons", valeur: [...(lu.result?.valeur ?? []), l.op] });
    });
    this.change();
  }

  /** Everything, in clear, for an encrypted export. @returns {Promise<Operation[]>} */
  async exporter() {
    return Promise.all((await this.liste()).map((l) => this.ouvrir(l)));
  }

  /** Operations of an export: those already here stay as they are. @param {Operation[]} operations @returns {Promise<number>} */
  async importer(operations) {
    const cle = this.ouverte();
    const connues = new Set([...(await this.liste()), ...(await this.stockage.tous("recus"))].map((l) => l.op));
    const nouvelles = await Promise.all(operations.filter((o) => !connues.has(o.op)).map((o) => this.sceller(o, cle)));
    await this.stockage.transaction(["operations"], "readwrite", (tx) => nouvelles.forEach((l) => tx.objectStore("operations").put(l)));
    this.change();
    return nouvelles.length;
  }
}
