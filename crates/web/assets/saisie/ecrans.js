// Screens around the forms: the outbox, the device, leaving.
import { deballer, emballer } from "./coffre.js";
import { $, annoncer, bouton, dateLongue, ecran, h, passage, pluriel } from "./dom.js";
import { ETATS } from "./file.js";

/** @typedef {import("./application.js").Session} Session */

const JOUR = 86_400_000;
const LIBRE_MIN = 20_000_000;

/** @type {Record<string, string>} */
const TYPES = {
  individuel: "Accompagnement individuel",
  collectif: "Atelier",
  "activite.supprimer": "Suppression d'un compte rendu",
  "activite.restaurer": "Restauration d'un compte rendu",
  "beneficiaire.creer": "Nouvelle personne suivie",
  "beneficiaire.modifier": "Modification d'une personne suivie",
};

/** @returns {Promise<"" | "faible" | "pleine">} */
export async function place() {
  const e = await navigator.storage?.estimate?.().catch(() => null);
  if (!e?.quota) return "";
  const libre = e.quota - (e.usage ?? 0);
  return libre < LIBRE_MIN / 20 ? "pleine" : libre < LIBRE_MIN ? "faible" : "";
}

/** Warnings that stay on screen (spec 20 §4.5). @param {Session} s @param {number} n */
export async function avertissements(s, n) {
  const alertes = [];
  if (n) {
    const plusVieille = Math.min(...(await s.file.liste()).map((l) => l.cree_le));
    const jours = Math.floor((Date.now() - plusVieille) / JOUR);
    if (jours >= 5) alertes.push(alerte("erreur", `Des saisies attendent depuis ${jours} jours.`, bouton("Exporter la file", () => exporter(s))));
    else if (jours >= 3) alertes.push(alerte("attention", `Des saisies attendent depuis ${jours} jours.`));
    if ((await s.stockage.lire("meta", "persistant"))?.valeur === false)
      alertes.push(alerte("attention", "Ce navigateur peut effacer vos saisies après 7 jours sans visite : envoyez-les ou installez l'application."));
  }
  if (Math.abs(s.file.decalage) > 5 * 60_000) alertes.push(alerte("attention", "L'horloge de l'appareil est décalée."));
  if ((await place()) === "faible") alertes.push(alerte("attention", "Il reste peu de place sur cet appareil : envoyez vos saisies."));
  if (n && s.envoi.etat) alertes.push(alerte("info", s.envoi.etat, s.envoi.etat.startsWith("Reconnectez") ? h("a", { href: "/connexion?suite=/saisie/" }, "Se connecter") : null));
  return alertes;
}

/** @param {string} ton @param {string} texte @param {HTMLElement | null} [suite] */
const alerte = (ton, texte, suite) => h("div", { class: `alerte alerte-${ton}` }, h("p", {}, `${texte} `, suite));

/** After a save: what became of it, and what one does next. @param {Session} s @param {"individuel" | "collectif"} type */
export async function enregistre(s, type) {
  ecran(
    "C'est noté",
    h("p", { role: "status" }, "Enregistré sur cet appareil. L'envoi se fait tout seul dès que le réseau est là."),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "bouton", href: type === "individuel" ? "#individuel" : "#atelier", click: refaire }, "Saisir le suivant"),
      h("a", { class: "bouton secondaire", href: "#file" }, "Voir les saisies à envoyer"),
      h("a", { class: "bouton secondaire", href: "/activites" }, "Mes activités"),
    ),
  );
  $("contenu").focus();
}

/** The same address again shows the screen again. @param {Event} e */
function refaire(e) {
  const lien = /** @type {HTMLAnchorElement} */ (e.currentTarget);
  if (lien.hash === location.hash || (lien.hash === "#individuel" && !location.hash)) {
    e.preventDefault();
    dispatchEvent(new Event("hashchange"));
  }
}

/** True when « À envoyer » is on screen. */
export const estFile = () => $("ecran").dataset.nom === "file";

/** The last call wins: what an older one read may be gone. */
let derniere = 0;

/** « À envoyer ». @param {Session} s */
export async function file(s) {
  const [ici, avant, moi, focus] = [location.hash, passage, ++derniere, document.activeElement];
  const lignes = await s.file.liste();
  const recus = (await s.stockage.tous("recus")).sort((a, b) => b.le - a.le).slice(0, 20);
  const rangees = await Promise.all(lignes.map((l) => rangee(s, l)));
  const envoyees = await Promise.all(recus.filter((r) => r.type.startsWith("activite.") && r.version).map((r) => recu(s, r)));
  // Somebody went elsewhere meanwhile.
  if (moi !== derniere || location.hash !== ici || !s.file.cle || (passage !== avant && !estFile())) return;
  ecran(
    `À envoyer (${lignes.length})`,
    s.envoi.etat ? h("p", {}, s.envoi.etat) : null,
    lignes.length ? tableau(pluriel(lignes.length, "saisie"), ["Saisie", "Date", "État", "Essais", "Actions"], rangees) : h("p", {}, "Tout est envoyé."),
    h(
      "p",
      { class: "actions" },
      lignes.length ? bouton("Envoyer maintenant", () => s.envoi.envoyer()) : null,
      lignes.length ? bouton("Exporter la file", () => exporter(s), "bouton secondaire") : null,
      h("a", { class: lignes.length ? "bouton secondaire" : "bouton", href: "#individuel" }, "Saisir un accompagnement"),
      h("a", { class: "bouton secondaire", href: "#atelier" }, "Saisir un atelier"),
      h("a", { class: "bouton secondaire", href: "#appareil" }, "Cet appareil"),
    ),
    envoyees.length ? h("h2", {}, "Envoyées récemment") : null,
    envoyees.length ? tableau(pluriel(envoyees.length, "saisie"), ["Saisie", "Date", "Actions"], envoyees) : null,
  );
  $("ecran").dataset.nom = "file";
  // Drawn again by a sending: who was on a button stays on it.
  if (focus && !focus.isConnected)
    for (const e of $("ecran").querySelectorAll("a, button")) if (e instanceof HTMLElement && e.textContent === focus.textContent) return e.focus();
}

/** @param {string} legende @param {string[]} titres @param {(string | HTMLElement | (HTMLElement | string | null)[])[][]} rangees */
function tableau(legende, titres, rangees) {
  return h(
    "table",
    { class: "tableau" },
    h("caption", {}, legende),
    h("thead", {}, h("tr", {}, ...titres.map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, ...rangees.map((r) => h("tr", {}, ...r.map((c, i) => h("td", { "data-titre": titres[i] }, [c].flat()))))),
  );
}

/** @param {Session} s @param {import("./file.js").Ligne} l */
async function rangee(s, l) {
  const o = await s.file.ouvrir(l);
  const quoi = TYPES[o.corps?.type] ?? TYPES[l.type] ?? l.type;
  const modifie = l.type === "activite.modifier" ? " (modification)" : "";
  const actions = [];
  if (l.etat === "a_corriger" && o.corps?.type) actions.push(h("a", { href: `#reprendre/${l.op}` }, "Corriger"));
  if (l.etat === "a_arbitrer" && l.proposition) actions.push(h("a", { href: `/activites/a-arbitrer/${l.proposition}` }, "Choisir"));
  if (l.etat === "a_corriger" || l.etat === "a_arbitrer")
    actions.push(
      bouton(l.etat === "a_corriger" ? "Supprimer" : "C'est réglé", () => s.file.abandonner(l).then(() => file(s)), "lien"),
    );
  return [
    h("span", {}, quoi + modifie),
    o.corps?.date ? dateLongue(o.corps.date) : "",
    h("span", {}, ETATS[l.etat], l.erreur ? `. ${l.erreur}` : ""),
    String(l.tentatives),
    actions.length ? actions : "–",
  ];
}

/** @param {Session} s @param {any} r */
async function recu(s, r) {
  const o = await s.file.ouvrir(r).catch(() => null);
  const quoi = TYPES[o?.corps?.type] ?? TYPES[r.type] ?? "Compte rendu";
  return [quoi, o?.corps?.date ? dateLongue(o.corps.date) : "", [o?.corps?.type ? h("a", { href: `#reprendre/${r.op}` }, "Modifier") : null, " ", h("a", { href: `/activites/${r.objet}` }, "Ouvrir")]];
}

// --- Export and import ---

/** @param {string} titre @param {string} aide @param {(phrase: string, fichier?: File) => Promise<void>} faire @param {boolean} [avecFichier] */
function demanderPhrase(titre, aide, faire, avecFichier) {
  const phrase = /** @type {HTMLInputElement} */ (h("input", { id: "phrase", type: "password", autocomplete: "off", "aria-describedby": "phrase-aide" }));
  const choix = /** @type {HTMLInputElement} */ (h("input", { id: "fichier", type: "file", accept: ".maillage" }));
  const message = h("p", { class: "erreur", role: "alert" });
  const form = h(
    "form",
    { novalidate: true },
    avecFichier ? h("div", { class: "champ" }, h("label", { for: "fichier" }, "Fichier exporté"), choix) : null,
    h("div", { class: "champ" }, h("label", { for: "phrase" }, "Phrase secrète"), h("p", { class: "aide", id: "phrase-aide" }, aide), phrase, message),
    h("p", { class: "actions" }, h("button", { type: "submit", class: "bouton" }, titre), h("a", { class: "bouton secondaire", href: "#file" }, "Annuler")),
  );
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    if ([...phrase.value].length < 12) return void (message.textContent = "Écrivez au moins 12 caractères.");
    try {
      await faire(phrase.value, choix.files?.[0]);
    } catch (erreur) {
      message.textContent = erreur instanceof Error && erreur.message === "autre" ? "Ce fichier est celui d'une autre personne." : "Cette phrase n'ouvre pas ce fichier.";
    }
  });
  ecran(titre, form);
}

/** @param {Session} s @param {() => Promise<void>} [apres] */
export function exporter(s, apres) {
  demanderPhrase("Exporter la file", "Elle protège le fichier : sans elle, personne ne l'ouvre. Notez-la.", async (phrase) => {
    const contenu = await emballer(phrase, { personne: s.personne, operations: await s.file.exporter() });
    const lien = h("a", { href: URL.createObjectURL(new Blob([contenu], { type: "application/octet-stream" })), download: `saisies-${s.file.aujourdhui()}.maillage` });
    lien.click();
    annoncer("Le fichier est enregistré dans vos téléchargements.");
    if (apres) await apres();
    else await file(s);
  });
}

/** @param {Session} s */
function importer(s) {
  demanderPhrase(
    "Reprendre un export",
    "Celle choisie pour l'export.",
    async (phrase, fichier) => {
      const v = await deballer(phrase, (await fichier?.text()) ?? "");
      if (v.personne !== s.personne) throw new Error("autre");
      const n = await s.file.importer(v.operations);
      s.envoi.bientot(0);
      // No change of hash: it would empty the message.
      history.pushState(null, "", "#file");
      await file(s);
      annoncer(n ? `${pluriel(n, "saisie reprise")}.` : "Ces saisies étaient déjà là.");
    },
    true,
  );
}

// --- The device ---

/** @param {Session} s @param {(s: Session) => Promise<void>} rafraichir */
export async function appareil(s, rafraichir) {
  const meta = await s.stockage.lire("meta", "appareil");
  const garde = (await s.stockage.lire("meta", "personnes"))?.valeur;
  if (location.hash !== "#appareil") return;
  const boite = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", id: "personnes", checked: garde }));
  boite.addEventListener("change", async () => {
    await s.stockage.ecrire("meta", { id: "personnes", valeur: boite.checked });
    await s.stockage.effacer("references", "references");
    await rafraichir(s);
    annoncer(boite.checked ? "Les prénoms et initiales sont gardés 7 jours sur cet appareil." : "Les prénoms sont effacés de cet appareil.");
  });
  ecran(
    "Cet appareil",
    h("p", {}, `${meta.libelle}. Vos saisies y sont chiffrées.`),
    h("div", { class: "champ" }, h("div", { class: "option" }, boite, h("label", { for: "personnes" }, "Garder les prénoms et initiales des personnes que je suis"))),
    h(
      "p",
      { class: "actions" },
      bouton("Reprendre un export", () => importer(s), "bouton secondaire"),
      h("a", { class: "bouton secondaire", href: "/compte/appareils" }, "Mes appareils"),
      h("a", { class: "bouton secondaire", href: "#quitter" }, "Quitter cet appareil"),
    ),
  );
}

/** Leaving: nothing is lost unless one says so. @param {Session} s @param {() => Promise<void>} effacer */
export async function quitter(s, effacer) {
  const n = await s.file.nombre();
  if (location.hash !== "#quitter") return;
  const sortir = async () => {
    await fetch("/deconnexion", { method: "POST" }).catch(() => null);
    location.href = "/";
  };
  if (!n) {
    return ecran(
      "Se déconnecter",
      h("p", {}, "Rien n'attend d'être envoyé."),
      h(
        "p",
        { class: "actions" },
        bouton("Quitter et effacer cet appareil", async () => {
          await effacer();
          await sortir();
        }),
        bouton("Quitter, garder la saisie hors connexion", sortir, "bouton secondaire"),
      ),
    );
  }
  ecran(
    "Se déconnecter",
    h("p", {}, `${pluriel(n, "saisie")} ${n > 1 ? "attendent" : "attend"} sur cet appareil.`),
    h(
      "p",
      { class: "actions" },
      bouton("Envoyer puis quitter", async () => {
        await s.envoi.envoyer();
        if (await s.file.nombre()) return quitter(s, effacer);
        await effacer();
        await sortir();
      }),
      bouton("Quitter en gardant la file chiffrée", sortir, "bouton secondaire"),
      bouton(
        "Exporter puis effacer",
        () =>
          exporter(s, async () => {
            for (const l of await s.file.liste()) await s.stockage.effacer("operations", l.op);
            await effacer();
            await sortir();
          }),
        "bouton secondaire",
      ),
    ),
  );
}

/**
 * A forgotten code: the password of the site opens the queue again.
 * @param {Session} s
 * @param {(s: Session, brute: string, code: string) => Promise<void>} changer
 * @param {string} [message]
 */
export function oublie(s, changer, message = "") {
  const erreur = h("p", { class: "erreur", role: "alert" }, message);
  const champ = (/** @type {string} */ id, /** @type {string} */ libelle, /** @type {string} */ auto) =>
    h("div", { class: "champ" }, h("label", { for: id }, libelle), h("input", { id, type: "password", autocomplete: auto }));
  const form = h(
    "form",
    { novalidate: true },
    champ("mot_de_passe", "Votre mot de passe du site", "current-password"),
    champ("nouveau", "Un nouveau code, 6 chiffres au moins", "off"),
    erreur,
    h("p", { class: "actions" }, h("button", { type: "submit", class: "bouton" }, "Ouvrir avec ce nouveau code")),
  );
  const valeur = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ ($(id)).value;
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    if (!/^\S{6,}$/.test(valeur("nouveau"))) return void (erreur.textContent = "Le code compte 6 chiffres au moins.");
    const r = await fetch(`/sync/v1/appareils/${s.file.appareil}/cle`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ mot_de_passe: valeur("mot_de_passe") }),
    }).catch(() => null);
    if (!r) erreur.textContent = "Pas de réseau : un code oublié se remplace avec le réseau.";
    else if (r.status === 401) erreur.textContent = "Connectez-vous d'abord au site.";
    else if (!r.ok) erreur.textContent = (await r.json().catch(() => ({}))).detail ?? "Mot de passe inexact.";
    else await changer(s, (await r.json()).cle, valeur("nouveau"));
  });
  ecran("Code oublié", h("p", {}, "Vos saisies restent là : votre mot de passe les ouvre, avec le réseau."), form);
}

