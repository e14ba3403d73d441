// Between the browser and the server: a proxy that loses replies, sends twice,
// kills the server in the middle, goes away, and publishes new versions of
// the shell. It notes what it really did to a batch that held something.
import http from "node:http";

/** What happens to the next batch, once. @typedef {"passe" | "perdue" | "coupee" | "double" | "double a la suite" | "tue"} Mode */
/** @typedef {{ statut: number, entetes: http.IncomingHttpHeaders, corps: Buffer }} Reponse */

const agent = new http.Agent({ keepAlive: false });

export class Mandataire {
  /** @param {import("./serveur.mjs").Serveur} serveur */
  constructor(serveur) {
    this.cible = serveur;
    this.absent = false;
    /** @type {Mode} */
    this.mode = "passe";
    /** A part of its time, for what a mode leaves to chance. */
    this.part = 0;
    /** Added to the hash of the shell: each number is a new version of it. */
    this.publication = 0;
    this.version = "";
    /** The last batch that was applied, to send it again much later.
     * @type {{ req: Pick<http.IncomingMessage, "method" | "url" | "headers">, corps: Buffer } | null} */
    this.dernier = null;
    /** What really happened. @type {Record<string, number>} */
    this.faits = {};
    this.ecoute = http.createServer((req, res) => this.recevoir(req, res).catch(() => res.destroy()));
  }

  /** @returns {Promise<number>} the port */
  ecouter() {
    return new Promise((ok) => this.ecoute.listen(0, "127.0.0.1", () => ok(/** @type {any} */ (this.ecoute.address()).port)));
  }

  fermer() {
    this.ecoute.closeAllConnections();
    this.ecoute.close();
  }

  /** Cuts everything, connections in flight included. */
  couper() {
    this.absent = true;
    this.ecoute.closeAllConnections();
  }

  /** @param {Mode} mode @param {number} part */
  armer(mode, part) {
    this.absent = false;
    [this.mode, this.part] = [mode, part];
  }

  /** @param {string} quoi */
  noter(quoi) {
    this.faits[quoi] = (this.faits[quoi] ?? 0) + 1;
  }

  /** @param {http.IncomingMessage} req @param {http.ServerResponse} res */
  async recevoir(req, res) {
    if (this.absent) return void req.socket.destroy();
    const morceaux = [];
    for await (const m of req) morceaux.push(m);
    const corps = Buffer.concat(morceaux);
    const lot = req.method === "POST" && req.url === "/sync/v1/lots";
    const mode = lot ? this.mode : "passe";
    if (lot) this.mode = "passe";
    if (mode === "tue") {
      const demande = this.transmettre(req, corps).then(
        (r) => r.statut,
        () => 0,
      );
      await new Promise((ok) => setTimeout(ok, this.part * 60));
      const mort = this.cible.tuer();
      const statut = await demande;
      this.noter(statut === 200 ? "serveur tué juste après l'envoi" : "serveur tué pendant l'envoi");
      req.socket.destroy();
      return mort;
    }
    if (mode === "double" || mode === "double a la suite") {
      const rejoue = () => this.transmettre(req, corps).catch(() => null);
      const [a, b] = mode === "double" ? await Promise.all([rejoue(), rejoue()]) : [await rejoue(), await rejoue()];
      if (a && b && [a, b].some((r) => r.statut === 200)) this.noter(`envoi doublé, ${mode === "double" ? "à la fois" : "à la suite"}`);
      if (this.part < 0.5 ? a : b) return this.repondre(req, res, /** @type {Reponse} */ (this.part < 0.5 ? a : b));
      return void req.socket.destroy();
    }
    const r = await this.transmettre(req, corps);
    if (lot && r.statut === 200) this.dernier = { req: { method: req.method, url: req.url, headers: req.headers }, corps };
    if (lot && r.statut === 401) this.noter("session terminée, envoi refusé");
    if (mode === "perdue") {
      // The whole reply came: the server committed, and nobody will know.
      if (r.statut === 200) this.noter("réponse perdue");
      return void req.socket.destroy();
    }
    if (mode === "coupee") {
      if (r.statut === 200) this.noter("réponse coupée au milieu");
      res.writeHead(r.statut, { "content-type": "application/json", "content-length": String(r.corps.length) });
      res.write(r.corps.subarray(0, Math.floor(r.corps.length * this.part)));
      setTimeout(() => req.socket.destroy(), 20);
      return;
    }
    this.repondre(req, res, r);
  }

  /** Sends the last applied batch once more, long after its reply. */
  async rejouer() {
    if (!this.dernier) return;
    const r = await this.transmettre(/** @type {any} */ (this.dernier.req), this.dernier.corps).catch(() => null);
    if (r?.statut === 200) this.noter("envoi doublé, longtemps après");
  }

  /** @param {http.IncomingMessage} req @param {Buffer} corps @returns {Promise<Reponse>} */
  transmettre(req, corps) {
    const chemin = (req.url ?? "/").replace(`/saisie/code/${this.version}-${this.publication}/`, `/saisie/code/${this.version}/`);
    const entetes = { ...req.headers };
    if (chemin.startsWith("/saisie/")) entetes["accept-encoding"] = "identity";
    return new Promise((ok, non) => {
      const d = http.request({ host: "127.0.0.1", port: this.cible.port, method: req.method, path: chemin, headers: entetes, agent }, async (r) => {
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

  /** @param {http.IncomingMessage} req @param {http.ServerResponse} res @param {Reponse} r */
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
