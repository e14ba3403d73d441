// `cargo xtask torture offline --runs N`: random days without network, with
// everything that goes wrong, then one question: does the server hold each
// entry exactly once? (issue 3, acceptance 2).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACCIDENTS, VOULUS } from "./accidents.mjs";
import { journees } from "./hasard.mjs";
import { Mandataire } from "./mandataire.mjs";
import { Personne, dormir } from "./personne.mjs";
import { Registre } from "./registre.mjs";
import { Serveur } from "./serveur.mjs";

const option = (/** @type {string[]} */ noms, /** @type {number} */ defaut) => {
  const i = process.argv.findIndex((a) => noms.includes(a));
  return i > 0 ? Number(process.argv[i + 1]) : defaut;
};
const TOURS = option(["--runs", "--tours"], 100);
const GRAINE = option(["--seed", "--graine"], Math.floor(Math.random() * 1e9));
/** From so many runs on, an accident that never happened is a fault. */
const TOUT_VU = 60;
/** A run lasts seconds; beyond, something waits for nothing. */
const TOUR_MS = 300_000;
const debut = Date.now();
const secondes = () => Math.round((Date.now() - debut) / 1000);

const dossier = mkdtempSync(join(tmpdir(), "maillage-torture-"));
const serveur = new Serveur(dossier);
const mandataire = new Mandataire(serveur);
const registre = new Registre(serveur);
/** Asked to stop: what was done is still judged. */
let assez = false;
for (const s of ["SIGINT", "SIGTERM"]) process.on(s, () => (assez = true));
/** @type {Personne} */
let p = /** @type {any} */ (null);

/** One run; what happened, for whoever reads it again.
 * @param {number} n @param {import("./hasard.mjs").Geste[]} gestes */
async function tour(n, gestes) {
  /** @type {string[]} */
  const recit = [];
  let repere = Date.now();
  const raconter = (/** @type {string} */ quoi) => {
    recit.push(`${quoi} (${((Date.now() - repere) / 1000).toFixed(1)} s)`);
    repere = Date.now();
  };
  p.tour = n;
  try {
    for (const g of gestes) {
      if ("accident" in g) {
        const fait = await ACCIDENTS[g.accident](p, g.part);
        raconter(g.accident);
        if (fait) mandataire.noter(fait);
        continue;
      }
      const dit = await p.saisir(g.saisie);
      raconter(dit ? `saisie ${dit}` : `saisie ${g.saisie.duree} min`);
      if (dit === "coupée") mandataire.noter("navigateur tué pendant l'enregistrement");
      const suite = p.apresSaisie;
      p.apresSaisie = null;
      if (suite) {
        await suite();
        raconter("suite");
      }
    }
    await p.vider();
    raconter("envoi");
    return recit;
  } catch (e) {
    console.log(`tour ${n} interrompu, graine ${GRAINE} : ${recit.join(", ")}`);
    throw e;
  } finally {
    p.motif = "";
    p.apresSaisie = null;
    mandataire.armer("passe", 0);
    await p.fermerOnglets();
    if (p.decalage) await p.regler(0).catch(() => null);
  }
}

/** @param {{ perdues: string[], doublees: string[], alterees: string[] }} b */
const net = (b) => !b.perdues.length && !b.doublees.length && !b.alterees.length;

async function principal() {
  await serveur.demarrer();
  p = new Personne(join(dossier, "profil"), `http://localhost:${await mandataire.ecouter()}`, serveur, mandataire, registre);
  await p.ouvrirNavigateur();
  await p.reconnecter();
  const refs = await (await fetch(`${p.adresse}/saisie/references`, { headers: { cookie: p.temoin(), accept: "application/json" } })).json();
  const cles = (/** @type {string} */ l) => refs.listes[l].map((/** @type {string[]} */ o) => o[0]);
  const themes = new Map(refs.listes.thematiques);
  console.log(`graine ${GRAINE}, ${TOURS} tours, prêt après ${secondes()} s`);
  const suite = journees(GRAINE, Object.keys(ACCIDENTS), { thematiques: cles("thematiques"), genre: cles("genre"), tranche: cles("tranche") });
  let [interrompus, fautifs, faits] = [0, 0, 0];
  for (let n = 1; n <= TOURS && !assez; n++) {
    faits = n;
    const avant = Date.now();
    try {
      // A run that hangs is a fault too, not the end of the others.
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let montre;
      const trop = new Promise((_, non) => (montre = setTimeout(() => non(new Error(`tour ${n} sans fin, graine ${GRAINE}`)), TOUR_MS)));
      const recit = /** @type {string[]} */ (await Promise.race([tour(n, suite.next().value), trop]).finally(() => clearTimeout(montre)));
      if (process.env.TORTURE_DIRE) console.log(`${n} (${((Date.now() - avant) / 1000).toFixed(1)} s) : ${recit.join(", ")}`);
      const b = registre.bilan(refs.personne, n);
      if (!net(b)) {
        fautifs += 1;
        console.log(`tour ${n}, graine ${GRAINE} : ${recit.join(", ")}`, b);
      }
    } catch (e) {
      interrompus += 1;
      console.log(String(e));
      if (interrompus > 5) break;
      await p.tuerNavigateur();
      await p.vider().catch((f) => console.log(String(f)));
    }
    if (n % 25 === 0) console.log(`${n} tours, ${registre.promesses.length} saisies, ${secondes()} s`);
  }
  const b = registre.bilan(refs.personne);
  await p.reconnecter();
  const s = await registre.bilanParLeService(p.temoin(), p.adresse, (c) => String(themes.get(c)));
  const notes = await registre.notes(p.temoin(), p.adresse);
  console.log("ce qui est vraiment arrivé :");
  for (const [quoi, n] of Object.entries(mandataire.faits).sort()) console.log(`  ${String(n).padStart(5)}  ${quoi}`);
  const jamais = faits < TOUT_VU ? [] : VOULUS.filter((v) => !mandataire.faits[v]);
  if (jamais.length) console.log(`jamais arrivé : ${jamais.join(", ")}`);
  console.log(
    `${registre.promesses.length} saisies confirmées sur l'appareil, ${registre.douteuses.length} coupées pendant l'enregistrement (${b.coupeesGardees} gardées), ` +
      `${b.abandonnees} effacées avec un appareil déclaré perdu, ${notes.lues} notes relues, ${serveur.morts} morts du serveur`,
  );
  const [perdues, doublees] = [new Set([...b.perdues, ...s.perdues]), new Set([...b.doublees, ...s.doublees])];
  const alterees = [...b.alterees, ...s.alterees, ...notes.alterees];
  console.log(`perdues = ${perdues.size}, doublées = ${doublees.size}, altérées = ${alterees.length}, tours interrompus = ${interrompus} (${faits} tours, ${registre.promesses.length} saisies, ${secondes()} s, graine ${GRAINE})`);
  if (!net(b) || !net(s) || notes.alterees.length) console.log({ base: b, service: s, notes });
  if (perdues.size || doublees.size || alterees.length || interrompus || fautifs || jamais.length) process.exitCode = 1;
}

try {
  await principal();
} catch (e) {
  console.error(e);
  console.log(`graine ${GRAINE}`);
  process.exitCode = 1;
} finally {
  await p?.vivant?.tuer().catch(() => null);
  await serveur.arreter();
  mandataire.fermer();
  await dormir(200);
  rmSync(dossier, { recursive: true, force: true });
}
