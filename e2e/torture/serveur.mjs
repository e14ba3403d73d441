// The real server, on a database of its own, which can be killed.
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BINAIRE = process.env.MAILLAGE_BINAIRE ?? join(import.meta.dirname, "../../target/debug/maillage");

export class Serveur {
  /** @param {string} dossier */
  constructor(dossier) {
    this.base = join(dossier, "demo.sqlite");
    this.port = 0;
    this.courriel = "";
    this.motDePasse = "";
    this.morts = 0;
    /** @type {import("node:child_process").ChildProcess | null} */
    this.processus = null;
    /** One death at a time; settled once the server answers again. */
    this.deces = Promise.resolve();
  }

  async demarrer() {
    const p = spawn(BINAIRE, ["demo", "--base", this.base, "--port", String(this.port), "--taille", "petite"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, MAILLAGE_JOURNAL: "error" },
    });
    this.processus = p;
    /** @type {string[]} */
    const dit = [];
    p.stderr.on("data", (d) => dit.push(String(d)));
    for await (const ligne of createInterface({ input: p.stdout })) {
      this.motDePasse = /mot de passe : (\S+)\)/.exec(ligne)?.[1] ?? this.motDePasse;
      const compte = /^\s+(\S+@\S+)\s+Conseill.*$/.exec(ligne);
      if (compte) this.courriel ||= compte[1];
      const url = /ouvert : http:\/\/localhost:(\d+)/.exec(ligne);
      if (url) {
        p.stdout.resume();
        this.port = Number(url[1]);
        return;
      }
    }
    throw new Error(`le serveur ne démarre pas :\n${dit.join("")}`);
  }

  /** kill -9, then it starts again on the same file. */
  tuer() {
    const mourir = async () => {
      const p = this.processus;
      if (!p) return;
      const mort = new Promise((ok) => p.once("exit", ok));
      p.kill("SIGKILL");
      await mort;
      this.morts += 1;
      await this.demarrer();
    };
    return (this.deces = this.deces.then(mourir, mourir));
  }

  async arreter() {
    await this.deces.catch(() => null);
    this.processus?.kill("SIGKILL");
  }

  /** The rows themselves, read beside the server.
   * @param {string} sql @returns {any[]} */
  lire(sql) {
    const t = execFileSync("sqlite3", ["-readonly", "-json", "-cmd", ".timeout 5000", this.base, sql], { encoding: "utf8", maxBuffer: 64 << 20 });
    return t.trim() ? JSON.parse(t) : [];
  }

  /** A code of the second factor is good once; this person signs in oftener
   * than every thirty seconds. */
  oublierLeCode() {
    execFileSync("sqlite3", ["-cmd", ".timeout 5000", this.base, "UPDATE compte SET totp_pas = min(totp_pas, 1)"]);
  }
}
