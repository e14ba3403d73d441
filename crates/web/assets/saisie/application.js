// The shell of /saisie/: who records here, on what device, and which screen.
import { deverrouiller, creer, base64, debase64, refermer, uuid7, INACTIVITE_MS, ECHECS_MAX, aad, chiffrer, dechiffrer } from "./coffre.js";
import { $, annoncer, bouton, ecran, h } from "./dom.js";
import { Envoi } from "./envoi.js";
import { File } from "./file.js";
import { afficher, garder, nouveau, sale } from "./formulaire.js";
import * as ecrans from "./ecrans.js";
import { Stockage, noter, oublier, personnes } from "./stockage.js";

/** Answers of the server kept here are sealed under this. */
const REFERENCES = "references";

/**
 * What every screen shares.
 * @typedef {{ stockage: Stockage, file: File, envoi: Envoi, refs: any, personne: string }} Session
 */

/** @type {Session | null} */
let session = null;
/** Received at the start, for the first screen. @type {any} */
let recues = null;
/** With lists already here, the network is not waited for longer. */
const [PATIENCE_MS, PREMIERE_MS] = [3_000, 20_000];
let activite = Date.now();

/** @param {string} personne @returns {Promise<Session | null>} */
async function ouvrirSession(personne) {
  const stockage = new Stockage(personne);
  stockage.bloque = () => annoncer("Fermez les autres onglets de la saisie pour terminer la mise à jour.");
  const appareil = await stockage.lire("meta", "appareil");
  if (!appareil) {
    stockage.fermer();
    return null;
  }
  const file = new File(stockage, appareil.appareil);
  const envoi = new Envoi(file);
  const s = { stockage, file, envoi, refs: null, personne };
  stockage.efface = () => {
    taire(s);
    dit("Cet appareil vient d'être effacé dans un autre onglet.");
  };
  file.change = compter;
  envoi.dire = () => {
    compter();
    if (file.cle && ecrans.estFile()) ecrans.file(s);
  };
  envoi.revoque = (motif) => revoquer(s, motif);
  envoi.perime = mettreAJour;
  await file.reprendreHorloge();
  return s;
}

/** Vocabularies and places, from the network; null when it does not answer in time. @param {number} ms */
async function references(ms) {
  const avec = session ? (await session.stockage.lire("meta", "personnes"))?.valeur : false;
  try {
    const r = await fetch(`/saisie/references${avec ? "?personnes=oui" : ""}`, {
      cache: "no-store",
      redirect: "error",
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(ms),
    });
    return r.ok ? await r.json() : null;
  } catch {
    return null;
  }
}

/** Refreshes what the device keeps, or reads it. @param {Session} s */
async function rafraichir(s) {
  const cle = s.file.ouverte();
  const gardees = await s.stockage.lire("references", REFERENCES);
  const neuves = recues ?? (await references(gardees ? PATIENCE_MS : PREMIERE_MS));
  recues = null;
  if (neuves && neuves.personne === s.personne) {
    s.refs = neuves;
    await s.stockage.ecrire("references", { id: REFERENCES, le: Date.now(), ...(await chiffrer(cle, REFERENCES, neuves)) });
  } else {
    s.refs = gardees ? await dechiffrer(cle, REFERENCES, gardees) : null;
    // First names are kept seven days without news.
    if (s.refs && Date.now() - gardees.le > 7 * 86_400_000) delete s.refs.personnes;
  }
  if (s.refs) s.file.zone = s.refs.zone;
}

/** « À envoyer (n) » in the header. */
async function compter() {
  if (!session) return;
  const s = session;
  try {
    const n = await s.file.nombre();
    const alertes = await ecrans.avertissements(s, n);
    if (session !== s) return;
    const lien = $("lien-file");
    lien.textContent = `À envoyer (${n})`;
    lien.hidden = false;
    // The same words stay: somebody may be on one of their buttons.
    const place = $("avertissements");
    if (alertes.map((a) => a.textContent).join("") !== place.textContent) place.replaceChildren(...alertes);
  } catch (e) {
    // Erased meanwhile: nothing is left to count.
    if (!s.stockage.detruite) throw e;
  }
}

/** @param {Session} s @param {"perdu" | "retrait"} motif */
async function revoquer(s, motif) {
  if (motif === "retrait") {
    // What is being written is somebody's work too.
    if (sale || (await s.stockage.tous("brouillons")).length) return annoncer("Cet appareil est retiré : enregistrez ou effacez ce que vous avez commencé, il s'effacera ensuite.");
    if (!(await s.file.fermer())) return annoncer("Cet appareil est retiré : corrigez ou exportez ce qui reste, il s'effacera ensuite.");
  }
  taire(s);
  await s.stockage.detruire();
  oublier();
  dit(motif === "perdu" ? "Cet appareil a été signalé perdu ou volé : tout ce qu'il gardait est effacé." : "Cet appareil a été retiré : tout est envoyé, puis effacé.");
}

/** Nothing more is sent, kept or counted for this person here. @param {Session} s */
function taire(s) {
  s.envoi.arrete = true;
  s.file.cle = null;
  session = null;
}

/** @param {string} pourquoi */
function dit(pourquoi) {
  $("lien-file").hidden = true;
  $("avertissements").replaceChildren();
  ecran("Appareil effacé", h("p", {}, pourquoi), h("p", { class: "actions" }, h("a", { class: "bouton secondaire", href: "/" }, "Revenir à l'accueil")));
}

// --- Locking ---

/** Opens the queue with a key just unwrapped. @param {Session} s @param {CryptoKey} cle */
async function ouvrir(s, cle) {
  s.file.cle = cle;
  activite = Date.now();
  await rafraichir(s);
  noter(s.personne);
  s.envoi.surveiller();
  await compter();
  await route();
}

/** @param {Session} s */
function verrou(s, message = "") {
  const code = h("input", { id: "code", type: "password", inputmode: "numeric", autocomplete: "off", "aria-describedby": message ? "code-erreur" : null });
  const form = h(
    "form",
    { novalidate: true },
    h("div", { class: message ? "champ champ-erreur" : "champ" }, h("label", { for: "code" }, "Votre code"), code, message ? h("p", { class: "erreur", id: "code-erreur" }, message) : null),
    h("p", { class: "actions" }, h("button", { type: "submit", class: "bouton" }, "Déverrouiller"), bouton("Code oublié", () => ecrans.oublie(s, changerLeCode), "bouton secondaire")),
  );
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const meta = await s.stockage.lire("meta", "appareil");
    if (meta.echecs >= ECHECS_MAX) return ecrans.oublie(s, changerLeCode, "Trop d'essais. Reconnectez-vous avec votre mot de passe : rien n'est perdu.");
    const cle = await deverrouiller(/** @type {HTMLInputElement} */ (code).value, meta.serrure);
    await s.stockage.ecrire("meta", { ...meta, echecs: cle ? 0 : (meta.echecs ?? 0) + 1 });
    if (cle) await ouvrir(s, cle);
    else verrou(s, "Ce code n'ouvre pas. Vérifiez-le, puis recommencez.");
  });
  ecran("Déverrouiller la saisie", h("p", {}, "Vos saisies sont chiffrées sur cet appareil."), form);
  code.focus();
}

/** A new code behind the key kept by the server. @param {Session} s @param {string} brute base64 @param {string} code */
async function changerLeCode(s, brute, code) {
  const octets = debase64(brute);
  const serrure = await refermer(octets, code);
  const cle = await deverrouiller(code, serrure);
  octets.fill(0);
  const meta = await s.stockage.lire("meta", "appareil");
  await s.stockage.ecrire("meta", { ...meta, serrure, echecs: 0 });
  if (cle) await ouvrir(s, cle);
}

for (const geste of ["pointerdown", "keydown"]) addEventListener(geste, () => (activite = Date.now()), { passive: true });
setInterval(() => {
  if (!session?.file.cle || Date.now() - activite < INACTIVITE_MS) return;
  session.file.cle = null;
  annoncer("La saisie s'est verrouillée après 15 minutes sans geste. Votre brouillon est gardé.");
  verrou(session);
}, 5_000);

// --- Activation ---

/** @param {any} refs */
function activation(refs, message = "") {
  const mots = /** @type {[string, string, string, string][]} */ ([
    ["libelle", "Nom de cet appareil", "text", "Par exemple « Téléphone », « Ordinateur de la mairie »."],
    ["code", "Choisissez un code, 6 chiffres au moins", "password", "Il ouvre vos saisies sur cet appareil, même sans réseau."],
    ["code2", "Le même, une seconde fois", "password", ""],
  ]);
  const form = h(
    "form",
    { novalidate: true },
    message ? h("div", { class: "alerte alerte-erreur", role: "alert" }, h("p", {}, message)) : null,
    ...mots.map(([id, libelle, type, aide]) =>
      h(
        "div",
        { class: "champ" },
        h("label", { for: id }, libelle),
        aide ? h("p", { class: "aide", id: `${id}-aide` }, aide) : null,
        h("input", { id, type, inputmode: type === "password" ? "numeric" : null, autocomplete: "off", "aria-describedby": aide ? `${id}-aide` : null, value: id === "libelle" ? "Cet appareil" : null }),
      ),
    ),
    h("div", { class: "champ" }, h("div", { class: "option" }, h("input", { type: "checkbox", id: "personnes" }), h("label", { for: "personnes" }, "Garder aussi les prénoms et initiales des personnes que je suis"))),
    h("p", { class: "actions" }, h("button", { type: "submit", class: "bouton" }, "Activer la saisie hors connexion")),
  );
  const valeur = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ ($(id)).value;
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const [libelle, code] = [valeur("libelle").trim(), valeur("code")];
    if (!libelle) return activation(refs, "Donnez un nom à cet appareil.");
    if (!/^\S{6,}$/.test(code)) return activation(refs, "Le code compte 6 chiffres au moins.");
    if (code !== valeur("code2")) return activation(refs, "Les deux codes ne sont pas les mêmes.");
    const personnes = /** @type {HTMLInputElement} */ ($("personnes")).checked;
    /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]")).disabled = true;
    try {
      await activer(refs.personne, libelle, code, personnes);
    } catch (e) {
      const terminee = e instanceof Error && e.message === "401";
      activation(refs, terminee ? "Votre session est terminée : reconnectez-vous au site, puis recommencez." : "L'activation n'a pas abouti. Vérifiez le réseau, puis recommencez.");
    }
  });
  ecran("Activer la saisie hors connexion", h("p", {}, "Vos saisies seront gardées, chiffrées, sur cet appareil, et partiront dès que le réseau revient."), form);
}

/** @param {string} personne @param {string} libelle @param {string} code @param {boolean} avecPersonnes */
async function activer(personne, libelle, code, avecPersonnes) {
  const { brute, cle, serrure } = await creer(code);
  const appareil = uuid7();
  const r = await fetch("/sync/v1/appareils", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ id: appareil, libelle, cle: base64(brute) }),
  });
  brute.fill(0);
  if (!r.ok) throw new Error(String(r.status));
  const stockage = new Stockage(personne);
  await stockage.ecrire("meta", { id: "appareil", appareil, libelle, serrure, echecs: 0 });
  await stockage.ecrire("meta", { id: "personnes", valeur: avecPersonnes });
  stockage.fermer();
  const persistant = await navigator.storage?.persist?.().catch(() => false);
  noter(personne);
  session = await ouvrirSession(personne);
  if (!session) throw new Error("appareil absent");
  await session.stockage.ecrire("meta", { id: "persistant", valeur: !!persistant });
  await ouvrir(session, cle);
}

// --- Screens ---

/** @param {Session} s @param {"individuel" | "collectif"} type */
async function saisir(s, type) {
  const ici = location.hash;
  if (!s.refs) return ecran("Saisie", h("p", {}, "Connectez-vous une première fois avec le réseau pour recevoir les listes."));
  const cle = s.file.ouverte();
  const espace = await ecrans.place();
  if (espace === "pleine") return ecran("Plus de place sur cet appareil", h("p", {}, "Envoyez ou exportez vos saisies avant d'en ajouter."), bouton("Voir les saisies", () => (location.hash = "#file")));
  const garde = await s.stockage.lire("brouillons", type);
  let contenu = null;
  if (garde) contenu = await dechiffrer(cle, aad(s.file.appareil, type, "brouillon"), garde).catch(() => null);
  const corps = contenu ? { ...contenu.corps } : nouveau(type, s.refs, s.file.aujourdhui());
  if (location.hash !== ici) return;
  afficher({
    type,
    corps,
    note: contenu ? "Vous aviez commencé ce compte rendu : le revoici." : "",
    refs: s.refs,
    aujourdhui: s.file.aujourdhui(),
    brouillon: async (c) => {
      if (!s.file.cle) return;
      const scelle = await chiffrer(s.file.cle, aad(s.file.appareil, type, "brouillon"), { corps: c });
      await s.stockage.ecrire("brouillons", { id: type, le: Date.now(), ...scelle });
    },
    oublier: async () => {
      await s.stockage.effacer("brouillons", type);
      await saisir(s, type);
    },
    enregistrer: async (c) => {
      await s.file.ajouter({ type: "activite.creer", corps: c, brouillon: type });
      s.envoi.bientot(0);
      await ecrans.enregistre(s, type);
    },
  });
}

/** Corrects what the server refused, or changes what was sent lately. @param {Session} s @param {string} op */
async function reprendre(s, op) {
  const ligne = await s.stockage.lire("operations", op);
  const recu = ligne ? null : await s.stockage.lire("recus", op);
  const source = ligne ?? recu;
  if (!source || !s.refs) return ecrans.file(s);
  const o = await s.file.ouvrir(source);
  if (location.hash !== `#reprendre/${op}`) return;
  afficher({
    type: o.corps.type,
    corps: o.corps,
    fautes: ligne?.fautes ?? [],
    note: recu ? "Vous modifiez un compte rendu déjà envoyé." : "Corrigez, puis enregistrez : la saisie repartira.",
    refs: s.refs,
    aujourdhui: s.file.aujourdhui(),
    brouillon: async () => {},
    oublier: () => ecrans.file(s),
    enregistrer: async (c) => {
      if (recu) await s.file.ajouter({ type: "activite.modifier", objet: o.objet, base: recu.version, corps: c });
      else await s.file.ajouter({ type: o.type, objet: o.objet, base: o.base, corps: c, remplace: ligne });
      s.envoi.bientot(0);
      location.hash = "#file";
    },
  });
}

async function route() {
  const s = session;
  if (!s) return;
  if (!s.file.cle) return verrou(s);
  await garder();
  annoncer("");
  const [nom, ou] = location.hash.slice(1).split("/");
  switch (nom) {
    case "atelier":
      return saisir(s, "collectif");
    case "file":
      return ecrans.file(s);
    case "reprendre":
      return reprendre(s, ou);
    case "appareil":
      return ecrans.appareil(s, rafraichir);
    case "quitter":
      return ecrans.quitter(s, () => revoquer(s, "retrait"));
    default:
      return saisir(s, "individuel");
  }
}

/** A new version takes over when no form is being filled. */
async function mettreAJour() {
  const r = await navigator.serviceWorker?.getRegistration("/saisie/");
  await r?.update().catch(() => undefined);
  if (r?.waiting && !occupee()) r.waiting.postMessage("activer");
}

/** True when somebody is writing: nothing may take the screen away. */
const occupee = () => sale || [...document.querySelectorAll("#ecran input")].some((e) => e instanceof HTMLInputElement && e.value !== e.defaultValue);

async function installer() {
  if (!navigator.serviceWorker) return;
  const premier = !navigator.serviceWorker.controller;
  let recharge = premier;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (recharge || occupee()) return (recharge = false);
    recharge = true;
    location.reload();
  });
  const r = await navigator.serviceWorker.register("/saisie/service.js", { scope: "/saisie/", updateViaCache: "none" }).catch(() => null);
  r?.addEventListener("updatefound", () => {
    r.installing?.addEventListener("statechange", () => r.waiting && !occupee() && navigator.serviceWorker.controller && r.waiting.postMessage("activer"));
  });
  if (r?.waiting && !occupee()) r.waiting.postMessage("activer");
}

async function demarrer() {
  installer();
  const connues = await personnes();
  // Offline, the last one who recorded here; online, who is signed in.
  if (connues.length) session = await ouvrirSession(connues[0]);
  if (session && connues.length === 1 && !navigator.onLine) return route();
  const refs = await references(session ? PATIENCE_MS : PREMIERE_MS);
  if (refs && refs.personne !== session?.personne) {
    const autre = session;
    session = connues.includes(refs.personne) ? await ouvrirSession(refs.personne) : null;
    const n = autre ? await autre.file.nombre() : 0;
    if (n) annoncer(`${n} ${n > 1 ? "saisies d'une autre personne attendent" : "saisie d'une autre personne attend"} sur cet appareil.`);
    autre?.stockage.fermer();
  }
  if (session) {
    // People are not asked for before one knows whose device it is.
    if (refs && !(await session.stockage.lire("meta", "personnes"))?.valeur) recues = refs;
    compter();
    return route();
  }
  if (refs) return activation(refs);
  ecran(
    "Saisie",
    h("p", {}, navigator.onLine ? "Connectez-vous pour activer la saisie hors connexion sur cet appareil." : "Pas de réseau. La saisie hors connexion n'est pas encore activée sur cet appareil."),
    h("p", { class: "actions" }, h("a", { class: "bouton", href: "/connexion?suite=/saisie/" }, "Se connecter")),
  );
}

addEventListener("hashchange", route);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && garder());
demarrer();
