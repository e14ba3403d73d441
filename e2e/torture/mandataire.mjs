// Between the browser and the server: a proxy that loses replies, sends twice,
// kills the server in the middle, goes away, and publishes new versions of
// the shell.
import http from "node:http";

/** @typedef {"passe" | "absent" | "perdue" | "double" | "tue"} Mode */

export class Mandataire {
  constructor() {
    /** @type {Mode} */
    this.mode = "passe";
    /** Port of the server. */
    this.cible = 0;
    /** Added to the hash of the shell: each number is a new version of it. */
    this.publication = 0;
    this.version = "";
    /** Kills the server, and starts it again. */
    this.tuer = async () => {};
    /** What each mode really did. @type {Record<string, number>} */
    this.faits = {};
    this.agent = new http.Agent({ keepAlive: false });
    this.serveur = http.createServer((req, res) => this.recevoir(req, res).catch(() => res.destroy()));
  }

  /** @returns {Promise<number>} the port */
  ecouter() {
    return new Promise((ok) => this.serveur.listen(0, "127.0.0.1", () => ok(/** @type {any} */ (this.serveur.address()).port)));
  }

  fermer() {
    this.serveur.closeAllConnections();
    this.serveur.close();
  }

  /** Cuts everything, connections in flight included. */
  couper() {
    this.mode = "absent";
    this.serveur.closeAllConnections();
  }

  /** @param {string} quoi */
  noter(quoi) {
    this.faits[quoi] = (this.faits[quoi] ?? 0) + 1;
  }

  /** @param {http.IncomingMessage} req @param {http.ServerResponse} res */
  async recevoir(req, res) {
    if (this.mode === "absent") return void req.socket.destroy();
    const morceaux = [];
    for await (const m of req) morceaux.push(m);
    const corps = Buffer.concat(morceaux);
    const lot = req.method === "POST" && req.url === "/sync/v1/lots";
    const mode = lot ? this.mode : "passe";
    if (mode === "tue") {
      this.noter("serveur tué pendant un envoi");
      const demande = this.transmettre(req, corps).catch(() => null);
      await new Promise((ok) => setTimeout(ok, Math.random() * 40));
      await this.tuer();
      await demande;
      return void req.socket.destroy();
    }
    if (mode === "double") {
      this.noter("envoi doublé");
      const [r] = await Promise.all([this.transmettre(req, corps), this.transmettre(req, corps).catch(() => null)]);
      return this.repondre(req, res, r);
    }
    const r = await this.transmettre(req, corps);
    if (mode === "perdue") {
      this.noter("réponse perdue");
      return void req.socket.destroy();
    }
    this.repondre(req, res, r);
  }

  /**
   * @param {http.IncomingMessage} req
   * @param {Buffer} corps
   * @returns {Promise<{ statut: number, entetes: http.IncomingHttpHeaders, corps: Buffer }>}
   */
  transmettre(req, corps) {
    const chemin = (req.url ?? "/").replace(`/saisie/code/${this.version}-${this.publication}/`, `/saisie/code/${this.version}/`);
    const entetes = { ...req.headers };
    if (chemin.startsWith("/saisie/")) entetes["accept-encoding"] = "identity";
    return new Promise((ok, non) => {
      const d = http.request({ host: "127.0.0.1", port: this.cible, method: req.method, path: chemin, headers: entetes, agent: this.agent }, async (r) => {
        const morceaux = [];
        try {
          for await (const m of r) morceaux.push(m);
          ok({ statut: r.statusCode ?? 502, entetes: r.headers, corps: Buffer.concat(morceaux) });
        } catch (e) {
          non(e);
        }
      });
      d.on("error", non);
      d.end(corps);
    });
  }

  /** @param {http.IncomingMessage} req @param {http.ServerResponse} res @param {{ statut: number, entetes: http.IncomingHttpHeaders, corps: Buffer }} r */
  repondre(req, res, r) {
    const entetes = { ...r.entetes };
    let { corps } = r;
    if (["/saisie/", "/saisie/service.js"].includes((req.url ?? "").split("?")[0])) {
      const texte = corps.toString();
      this.version ||= /data-version="([0-9a-f]+)"/.exec(texte)?.[1] ?? /VERSION = "([0-9a-f]+)"/.exec(texte)?.[1] ?? "";
      if (this.version) corps = Buffer.from(texte.replaceAll(this.version, `${this.version}-${this.publication}`));
      entetes["content-length"] = String(corps.length);
    }
    delete entetes["transfer-encoding"];
    delete entetes.connection;
    res.writeHead(r.statut, entetes);
    res.end(corps);
  }
}
