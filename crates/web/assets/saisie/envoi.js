// Sends the queue: one sender across tabs, in order, and never a loss. What
// the server does not name stays here.

const LOT = 100;
const OCTETS = 900_000;
const BAIL_MS = 30_000;
const [PREMIER_MS, DERNIER_MS] = [2_000, 300_000];

/** @typedef {import("./file.js").Ligne} Ligne */
/** @typedef {import("./file.js").Operation} Operation */

export class Envoi {
  /** @param {import("./file.js").File} file */
  constructor(file) {
    this.file = file;
    this.attente = PREMIER_MS;
    this.enCours = false;
    this.encore = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.minuterie = undefined;
    /** Most operations in one batch: halved when the server says it is too much. */
    this.taille = LOT;
    /** What to say: "" or a sentence in French. */
    this.etat = "";
    /** Called when `etat` changed. */
    this.dire = () => {};
    /** Called when the server says this device is lost, or taken away. @type {(motif: "perdu" | "retrait") => void} */
    this.revoque = () => {};
    /** Called when the shell is too old for the server. */
    this.perime = () => {};
    this.surveille = false;
    /** Once true, nothing is sent any more. */
    this.arrete = false;
  }

  /** Sends at load, after a save, online, visible, and every minute while something waits. */
  surveiller() {
    if (this.surveille) return this.bientot(0);
    this.surveille = true;
    addEventListener("online", () => this.bientot(0));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.bientot(0));
    setInterval(async () => {
      if (!this.arrete && !this.minuterie && (await this.file.nombre())) this.bientot(0);
    }, 60_000);
    this.bientot(0);
  }

  /** @param {number} ms */
  bientot(ms) {
    clearTimeout(this.minuterie);
    this.minuterie = setTimeout(() => {
      this.minuterie = undefined;
      this.envoyer().catch(() => this.plusTard());
    }, ms);
  }

  /** Back-off: 2 s, doubled up to 5 minutes, ±20 %. @param {string | null} [apres] Retry-After */
  plusTard(apres) {
    const hasard = 0.8 + 0.4 * (crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32);
    const demande = Number(apres) * 1000;
    this.bientot(demande > 0 ? demande : this.attente * hasard);
    this.attente = Math.min(this.attente * 2, DERNIER_MS);
  }

  /** @param {string} etat */
  raconter(etat) {
    this.etat = etat;
    this.dire();
  }

  /** @returns {Promise<void>} once everything that could go has gone */
  async envoyer() {
    if (!this.file.cle || this.arrete) return;
    if (this.enCours) {
      this.encore = true;
      return;
    }
    this.enCours = true;
    try {
      do {
        this.encore = false;
        await this.seul(() => this.vider());
      } while (this.encore);
    } finally {
      this.enCours = false;
      this.dire();
    }
  }

  /** One sender across tabs. @param {() => Promise<void>} faire */
  async seul(faire) {
    const nom = `saisie-envoi-${this.file.appareil}`;
    if (navigator.locks) {
      await navigator.locks.request(nom, { ifAvailable: true }, async (verrou) => {
        if (verrou) await faire();
        else this.bientot(5_000);
      });
      return;
    }
    const { stockage } = this.file;
    const moi = Math.random();
    let pris = false;
    await stockage.transaction(["meta"], "readwrite", (tx) => {
      const meta = tx.objectStore("meta");
      const lu = meta.get("bail");
      lu.onsuccess = () => {
        pris = !lu.result || lu.result.jusqua < Date.now();
        if (pris) meta.put({ id: "bail", moi, jusqua: Date.now() + BAIL_MS });
      };
    });
    if (!pris) return this.bientot(5_000);
    try {
      await faire();
    } finally {
      await stockage.effacer("meta", "bail");
    }
  }

  /** Says hello: announces the queue, learns the time, and if this device was revoked. */
  async saluer() {
    const n = await this.file.nombre();
    const r = await fetch(`/sync/v1/ping?en_attente=${n}&appareil=${this.file.appareil}`, { cache: "no-store", redirect: "error" });
    this.regler(r);
    return r;
  }

  /** The server's clock, from its answers. @param {Response} r */
  regler(r) {
    const date = Date.parse(r.headers.get("date") ?? "");
    if (Number.isNaN(date)) return;
    const decalage = Math.abs(date - Date.now()) < 2_000 ? 0 : date - Date.now();
    if (Math.abs(decalage - this.file.decalage) < 2_000) return;
    this.file.decalage = decalage;
    this.file.stockage.ecrire("meta", { id: "decalage", valeur: decalage }).catch(() => null);
  }

  /** Until nothing more can go. */
  async vider() {
    let rejouees = false;
    for (;;) {
      const toutes = await this.file.liste();
      const meta = await this.file.stockage.lire("meta", "abandons");
      const abandons = meta?.valeur ?? [];
      let lignes = toutes.filter((l) => l.etat === "en_attente");
      // What waited for another one is tried again once after the others.
      if (!lignes.length && !rejouees) {
        rejouees = true;
        lignes = toutes.filter((l) => l.etat === "bloquee");
      }
      if (!lignes.length && !abandons.length) {
        const r = await this.saluer().catch(() => null);
        if (r?.status === 410) return this.revoque("perdu");
        if (r?.headers.get("maillage-appareil") === "retrait") return this.revoque("retrait");
        if (r) this.raconter(r.status === 401 && toutes.length ? "Reconnectez-vous pour envoyer" : "");
        this.attente = PREMIER_MS;
        return;
      }
      const { lot, operations } = await this.preparer(lignes);
      const r = await this.poster(operations, abandons).catch(() => null);
      if (!(await this.lire(r, lot, abandons))) return;
    }
  }

  /** As many operations as a batch holds. @param {Ligne[]} lignes */
  async preparer(lignes) {
    /** @type {Ligne[]} */
    const lot = [];
    /** @type {Operation[]} */
    const operations = [];
    let octets = 0;
    for (const l of lignes.slice(0, this.taille)) {
      const o = await this.file.ouvrir(l);
      octets += new Blob([JSON.stringify(o)]).size;
      if (lot.length && octets > OCTETS) break;
      lot.push(l);
      operations.push(o);
    }
    return { lot, operations };
  }

  /** @param {Operation[]} operations @param {string[]} abandons */
  async poster(operations, abandons) {
    /** @type {BodyInit} */
    let corps = JSON.stringify({ appareil: this.file.appareil, operations, abandons });
    /** @type {Record<string, string>} */
    const entetes = { "content-type": "application/json", accept: "application/json" };
    if (corps.length > 2_000 && "CompressionStream" in globalThis) {
      corps = await new Response(new Blob([corps]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
      entetes["content-encoding"] = "gzip";
    }
    return fetch("/sync/v1/lots", {
      method: "POST",
      headers: entetes,
      body: corps,
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(60_000),
    });
  }

  /**
   * What the server's answer means (spec 20 §4.2). True: go on.
   * @param {Response | null} r
   * @param {Ligne[]} lot
   * @param {string[]} abandons
   * @returns {Promise<boolean>}
   */
  async lire(r, lot, abandons) {
    if (!r) {
      this.raconter("Pas de réseau : l'envoi reprendra tout seul.");
      await this.file.echec(lot, "Pas de réseau.");
      this.plusTard();
      return false;
    }
    this.regler(r);
    const dit = async (/** @type {string} */ texte) => {
      this.raconter(texte);
      await this.file.echec(lot, texte);
      return false;
    };
    switch (r.status) {
      case 200: {
        // A reply cut short is no reply: nothing leaves the queue.
        const v = await r.json().catch(() => null);
        if (!Array.isArray(v?.resultats)) return this.lire(null, lot, abandons);
        await this.file.ranger(v.resultats, new Map(lot.map((l) => [l.op, l])));
        for (const x of v.resultats) {
          const l = lot.find((l) => l.op === x.op);
          const horloge = x.erreurs?.length === 1 && x.erreurs[0].pointeur === "/saisi_le";
          if (l && horloge) await this.file.redater({ ...l, etat: "a_corriger" });
        }
        if (abandons.length) await this.file.stockage.effacer("meta", "abandons");
        this.attente = PREMIER_MS;
        this.raconter("");
        if (!v.resultats.length && lot.length) {
          this.plusTard();
          return false;
        }
        return true;
      }
      case 401:
        return dit("Reconnectez-vous pour envoyer");
      case 403:
        return dit((await probleme(r)) || "L'envoi est refusé. Vos saisies restent sur cet appareil.");
      case 409:
        this.bientot(5_000);
        return false;
      case 410:
        this.revoque("perdu");
        return false;
      case 413:
        this.taille = Math.max(1, Math.floor(Math.min(this.taille, lot.length) / 2));
        return lot.length > 1 || dit("Cette saisie est trop lourde pour être envoyée : exportez-la, puis écrivez à l'assistance.");
      case 400:
      case 415:
        // Once more, one by one: a single bad operation must not hold the others.
        if (lot.length > 1) {
          this.taille = 1;
          return true;
        }
        await this.file.ranger(
          lot.map((l) => ({ op: l.op, statut: "refusee", erreurs: [{ pointeur: "", message: "Saisie illisible pour le service : exportez-la, puis écrivez à l'assistance." }] })),
          new Map(lot.map((l) => [l.op, l])),
        );
        return true;
      case 426:
        this.perime();
        return dit("Une nouvelle version de la saisie est nécessaire : elle s'installe, vos saisies restent ici.");
      default:
        await dit("Le service ne répond pas : l'envoi reprendra tout seul.");
        this.plusTard(r.headers.get("retry-after"));
        return false;
    }
  }
}

/** @param {Response} r @returns {Promise<string>} */
async function probleme(r) {
  const v = await r.json().catch(() => null);
  return typeof v?.detail === "string" ? v.detail : "";
}

