// What can go wrong between two entries. Each one notes what really happened.
import assert from "node:assert/strict";
import { CODE, enAttente } from "../lib/saisie.mjs";

/** @typedef {import("./personne.mjs").Personne} Personne */

/** @param {Personne} p @param {"retrait" | "perdu"} motif */
async function revoquer(p, motif) {
  await p.reseau();
  const d = await p.disque();
  if (!d?.appareil) return false;
  // From another computer, by the same person.
  if (!p.temoins.length) await p.reconnecter();
  // What waits at that moment is what a loss gives up.
  if (motif === "perdu") for (const o of d.attente) p.registre.abandons.add(o);
  const demander = () =>
    fetch(`${p.adresse}/appareils/${d.appareil}/revoquer`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie: p.temoin(), "content-type": "application/x-www-form-urlencoded" },
      body: `motif=${motif}`,
    });
  let r = await demander();
  // This session was ended too.
  if (r.status !== 303) {
    await p.reconnecter();
    r = await demander();
  }
  assert.equal(r.status, 303, `révocation : ${r.status}`);
  return true;
}

/** A person, what is left to chance in it, and what happened: nothing when the
 * proxy notes it. @type {Record<string, (p: Personne, part: number) => Promise<string | void>>} */
export const ACCIDENTS = {
  "hors ligne": async (p) => p.mandataire.couper(),
  "réponse perdue": async (p, part) => p.mandataire.armer("perdue", part),
  "réponse coupée": async (p, part) => p.mandataire.armer("coupee", part),
  "envoi doublé à la fois": async (p, part) => p.mandataire.armer("double", part),
  "envoi doublé à la suite": async (p, part) => p.mandataire.armer("double a la suite", part),
  "envoi doublé longtemps après": async (p) => {
    await p.serveur.deces;
    await p.mandataire.rejouer();
  },
  "serveur tué à l'envoi": async (p, part) => p.mandataire.armer("tue", part),
  "serveur tué": async (p) => {
    // Not waited for: one goes on typing meanwhile.
    p.serveur.tuer();
    return "serveur tué, au repos";
  },
  "navigateur tué, file vide ou non": async (p) => {
    await p.tuerNavigateur();
    return "navigateur tué";
  },
  "navigateur tué, file pleine": async (p) => {
    p.mandataire.couper();
    p.apresSaisie = async () => {
      const n = await enAttente(p.page).catch(() => 0);
      await p.tuerNavigateur();
      if (n) p.mandataire.noter("navigateur tué, file pleine");
    };
  },
  "session terminée": async (p) => {
    await p.reseau();
    if (!p.temoins.length) await p.reconnecter();
    const r = await fetch(`${p.adresse}/deconnexion`, { method: "POST", redirect: "manual", headers: { cookie: p.temoin() } });
    assert.ok(r.status < 400, `déconnexion : ${r.status}`);
  },
  "horloge décalée": async (p, part) => {
    await p.regler([-49, -3, 3, 20, 49][Math.floor(part * 5)]);
    await p.aller("");
  },
  "nouvelle version": async (p) => {
    p.mandataire.publication += 1;
    await p.aller("");
    return "nouvelle version publiée";
  },
  "mise à jour, file pleine de la version 1": async (p) => {
    // Only what was never sent: the network goes before anything is written.
    await p.vider();
    await p.atteindre("#individuel", (t) => t === "Saisir un accompagnement");
    p.mandataire.couper();
    p.apresSaisie = async () => {
      const n = await enAttente(p.page).catch(() => 0);
      if (!n || !p.mandataire.absent || (await p.vieillir()) !== n) return;
      p.mandataire.noter("mise à jour, file pleine de la version 1");
    };
  },
  "appareil retiré": async (p) => {
    p.mandataire.couper();
    p.apresSaisie = async () => {
      if (await revoquer(p, "retrait")) p.motif = "retrait";
    };
  },
  "appareil perdu": async (p) => {
    p.mandataire.couper();
    p.apresSaisie = async () => {
      if (await revoquer(p, "perdu")) p.motif = "perdu";
    };
  },
  "deux onglets": async (p) => {
    const autre = await p.vivant.contexte.newPage();
    try {
      await autre.goto(`${p.adresse}/saisie/#file`, { waitUntil: "commit", timeout: 5_000 });
      await autre.getByLabel("Votre code").fill(CODE, { timeout: 3_000 });
      await autre.getByRole("button", { name: "Déverrouiller" }).click({ timeout: 2_000 });
      await autre.locator("h1", { hasText: /^À envoyer/ }).waitFor({ timeout: 5_000 });
      p.onglets.push(autre);
      // One goes on typing in the first one.
      await p.page.bringToFront();
      return "deux onglets qui envoient";
    } catch {
      await autre.close().catch(() => null);
      await p.page.bringToFront();
    }
  },
};

/** What must have happened once at least, in a torture of some length. */
export const VOULUS = [
  "saisie hors ligne", "réponse perdue", "réponse coupée au milieu", "envoi doublé, à la fois", "envoi doublé, à la suite", "envoi doublé, longtemps après",
  "serveur tué, au repos", "serveur tué pendant l'envoi", "navigateur tué", "navigateur tué, file pleine", "navigateur tué pendant l'enregistrement",
  "session terminée, envoi refusé", "saisie, horloge décalée", "nouvelle version publiée", "mise à jour, file pleine de la version 1",
  "appareil retiré, puis effacé", "appareil perdu, puis effacé", "deux onglets qui envoient",
];
