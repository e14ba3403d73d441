// The site under test: the real binary in demonstration mode, on a small
// fictitious programme in a temporary folder.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** @typedef {{ url: string, motDePasse: string, comptes: Map<string, string>, stop: () => Promise<void> }} Site */

const BINAIRE = process.env.MAILLAGE_BINAIRE ?? join(import.meta.dirname, "../../target/debug/maillage");

/** Starts the site; `comptes` maps the label of a role to an address that holds it.
 * @returns {Promise<Site>} */
export async function demarrer() {
  if (!existsSync(BINAIRE)) throw new Error(`${BINAIRE} manque : cargo build -p maillage`);
  const dossier = mkdtempSync(join(tmpdir(), "maillage-e2e-"));
  const base = join(dossier, "demo.sqlite");
  const processus = spawn(BINAIRE, ["demo", "--base", base, "--port", "0", "--taille", "petite"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, MAILLAGE_JOURNAL: "warn" },
  });
  /** @type {string[]} */
  const dit = [];
  processus.stderr.on("data", (d) => dit.push(String(d)));
  const finie = new Promise((ok) => processus.once("exit", ok));
  const stop = async () => {
    processus.kill("SIGTERM");
    await finie;
    rmSync(dossier, { recursive: true, force: true });
  };
  /** @type {Map<string, string>} */
  const comptes = new Map();
  let motDePasse = "";
  for await (const ligne of createInterface({ input: processus.stdout })) {
    motDePasse = /mot de passe : (\S+)\)/.exec(ligne)?.[1] ?? motDePasse;
    const compte = /^\s+(\S+@\S+)\s+(.+)$/.exec(ligne);
    if (compte && !comptes.has(compte[2].trim())) comptes.set(compte[2].trim(), compte[1]);
    const url = /ouvert : (http\S+)/.exec(ligne)?.[1];
    if (url) {
      processus.stdout.resume();
      return { url, motDePasse, comptes, stop };
    }
  }
  await finie;
  rmSync(dossier, { recursive: true, force: true });
  throw new Error(`Le site ne démarre pas :\n${dit.join("")}`);
}
