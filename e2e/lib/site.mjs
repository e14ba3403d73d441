// The site under test: the real binary in demonstration mode, on a small
// fictitious programme in a temporary folder.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * @typedef {object} Site
 * @property {string} url
 * @property {string} motDePasse
 * @property {Map<string, string>} comptes the label of a role to an address that holds it
 * @property {(jours: number) => Promise<void>} avancer stops it and opens it again, some days after today
 * @property {() => Promise<void>} stop
 */

const BINAIRE = process.env.MAILLAGE_BINAIRE ?? join(import.meta.dirname, "../../target/debug/maillage");

/** Starts the site on a fresh database.
 * @returns {Promise<Site>} */
export async function demarrer() {
  if (!existsSync(BINAIRE)) throw new Error(`${BINAIRE} manque : cargo build -p maillage`);
  const dossier = mkdtempSync(join(tmpdir(), "maillage-e2e-"));
  const base = join(dossier, "demo.sqlite");
  let marche = await lancer(base, "0", 0);
  return {
    url: marche.url,
    motDePasse: marche.motDePasse,
    comptes: marche.comptes,
    avancer: async (jours) => {
      await marche.arreter();
      marche = await lancer(base, new URL(marche.url).port, jours * 86_400);
    },
    stop: async () => {
      await marche.arreter();
      rmSync(dossier, { recursive: true, force: true });
    },
  };
}

/** One process of the site, `avance` seconds ahead of the clock.
 * @param {string} base @param {string} port @param {number} avance */
async function lancer(base, port, avance) {
  const processus = spawn(BINAIRE, ["demo", "--base", base, "--port", port, "--taille", "petite", `--avance=${avance}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, MAILLAGE_JOURNAL: "warn" },
  });
  /** @type {string[]} */
  const dit = [];
  processus.stderr.on("data", (d) => dit.push(String(d)));
  const finie = new Promise((ok) => processus.once("exit", ok));
  const arreter = async () => {
    processus.kill("SIGTERM");
    await finie;
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
      return { url, motDePasse, comptes, arreter };
    }
  }
  await finie;
  throw new Error(`Le site ne démarre pas :\n${dit.join("")}`);
}
