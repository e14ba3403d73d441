// The two entry forms, built from the lists kept on the device.
import { CONFIRMATIONS, verifier } from "./controle.js";
import { bouton, champ, choix, coche, duree, ecran, ecrire, h, idDe, liste } from "./dom.js";

/** @typedef {import("./dom.js").Option} Option */
/** @typedef {import("./file.js").Faute} Faute */

/** Autosave: at most so long after a key. */
const BROUILLON_MS = 2_000;

/**
 * @typedef {{ type: "individuel" | "collectif", corps: any, fautes?: Faute[], note?: string, refs: any, aujourdhui: string,
 *   brouillon: (corps: any) => Promise<void>, oublier: () => Promise<void>, enregistrer: (corps: any) => Promise<void> }} Options
 */

/** A new form: today, the usual place, the usual duration. @param {"individuel" | "collectif"} type @param {any} refs @param {string} aujourdhui */
export function nouveau(type, refs, aujourdhui) {
  /** @type {any} */
  const c = { type, date: aujourdhui, duree: refs.durees[type].habituelle, public: "habitants" };
  if (refs.lieu_habituel) Object.assign(c, { type_lieu: "lieu_activite", lieu_id: refs.lieu_habituel });
  return c;
}

/** True when a form holds what nobody may lose. */
export let sale = false;
/** Keeps at once what the form on screen has not kept yet. */
export let garder = async () => {};

/** @param {Options} o */
export function afficher(o) {
  const { refs, type } = o;
  const corps = structuredClone(o.corps);
  sale = !!o.note;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let minuterie;
  /** The draft is written by one hand: never after the entry it became. */
  let ecriture = Promise.resolve();
  let fini = false;
  garder = () => {
    if (minuterie && !fini) ecriture = ecriture.then(() => o.brouillon(corps)).catch(() => undefined);
    clearTimeout(minuterie);
    minuterie = undefined;
    return ecriture;
  };
  const arreter = () => {
    fini = true;
    clearTimeout(minuterie);
    minuterie = undefined;
    return ecriture;
  };
  const cadre = {
    corps,
    erreurs: new Map(),
    change: () => {
      sale = true;
      minuterie ??= setTimeout(garder, BROUILLON_MS);
    },
  };
  const titre = type === "individuel" ? "Saisir un accompagnement" : "Saisir un atelier";

  /** @param {Faute[]} fautes */
  const montrer = (fautes) => {
    cadre.erreurs = new Map(fautes.map((f) => [f.pointeur, f.message]));
    const form = h("form", { class: "saisie", novalidate: true }, resume(fautes), ...confirmations(cadre, fautes), ...corpsDuFormulaire(cadre, refs, type));
    form.append(
      h(
        "p",
        { class: "actions" },
        h("button", { type: "submit", class: "bouton" }, "Enregistrer"),
        bouton(
          "Effacer et recommencer",
          async () => {
            await arreter();
            sale = false;
            await o.oublier();
          },
          "bouton secondaire",
        ),
      ),
    );
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const nouvelles = verifier(corps, o.aujourdhui, refs.durees[type].max);
      if (nouvelles.length) return montrer(nouvelles);
      const b = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
      b.disabled = true;
      try {
        await arreter();
        await o.enregistrer(corps);
        sale = false;
      } catch {
        if (!form.isConnected) return;
        fini = b.disabled = false;
        montrer([{ pointeur: "", message: "Cet appareil n'a pas pu enregistrer : libérez de la place, ou exportez vos saisies." }]);
      }
    });
    form.addEventListener("refaire", (e) => {
      e.stopPropagation();
      montrer([]);
    });
    ecran(titre, o.note ? h("p", {}, o.note) : null, form);
    if (fautes.length) document.getElementById("resume-erreurs")?.focus();
  };
  montrer(o.fautes ?? []);
}

/** @param {Faute[]} fautes */
function resume(fautes) {
  if (!fautes.length) return null;
  return h(
    "div",
    { class: "alerte alerte-erreur", id: "resume-erreurs", tabindex: "-1", role: "alert" },
    h("h2", {}, "À corriger"),
    h("ul", {}, ...fautes.map((f) => h("li", {}, f.pointeur ? h("a", { href: `#${idDe(f.pointeur)}`, click: viser(f.pointeur) }, f.message) : f.message))),
  );
}

/** A link of the summary leads to the field, not to another screen. @param {string} pointeur @returns {(e: Event) => void} */
const viser = (pointeur) => (e) => {
  e.preventDefault();
  const cible = document.getElementById(idDe(pointeur));
  cible?.closest("details")?.setAttribute("open", "");
  cible?.focus();
};

/** @param {import("./dom.js").Cadre} cadre @param {Faute[]} fautes */
function confirmations(cadre, fautes) {
  const mots = new Set([...fautes.map((f) => f.confirmation), ...(cadre.corps.confirmations ?? [])]);
  return [...mots]
    .filter((m) => m && CONFIRMATIONS[m])
    .map((m) => {
      const mot = String(m);
      const etat = { corps: { oui: cadre.corps.confirmations?.includes(mot) }, erreurs: new Map(), change: () => {} };
      etat.change = () => {
        const reste = (cadre.corps.confirmations ?? []).filter((/** @type {string} */ c) => c !== mot);
        ecrire(cadre.corps, "/confirmations", etat.corps.oui ? [...reste, mot] : reste);
        cadre.change();
      };
      const e = coche(etat, "/oui", CONFIRMATIONS[mot]);
      for (const x of e.querySelectorAll("[id], [for]")) {
        if (x.id) x.id = `confirme-${mot}`;
        else x.setAttribute("for", `confirme-${mot}`);
      }
      return e;
    });
}

/** @param {import("./dom.js").Cadre} c @param {any} refs @param {"individuel" | "collectif"} type */
function corpsDuFormulaire(c, refs, type) {
  const l = refs.listes;
  const individuel = type === "individuel";
  return [
    champ(c, "/date", "Date", { genre: "date" }),
    durees(c, refs.durees[type]),
    ...lieux(c, refs),
    choix(c, "/thematiques", "Thèmes", l.thematiques, { plusieurs: true }),
    replie("Préciser la démarche administrative", !!c.corps.sous_thematiques, [choix(c, "/sous_thematiques", "Démarches", l.sous_thematiques, { plusieurs: true, facultatif: true })]),
    choix(c, "/materiel", "Matériel utilisé", l.materiel, { plusieurs: true, facultatif: true }),
    ...(individuel ? personne(c, refs) : participants(c, refs)),
    ...suites(c, l, individuel),
    replie("Plus de détails", ["notes", "titre", "modalite", "origine", "mode_intervention", "etiquettes"].some((k) => c.corps[k] !== undefined), [
      ...(individuel ? [choix(c, "/autonomie", "Autonomie", l.autonomie, { facultatif: true })] : [champ(c, "/titre", "Titre", { facultatif: true }), choix(c, "/niveau", "Niveau", l.niveau, { facultatif: true })]),
      choix(
        c,
        "/modalite",
        "Modalité",
        l.modalite.filter((/** @type {Option} */ o) => o[2] === type),
        { facultatif: true },
      ),
      choix(c, "/public", "Public", l.public, { facultatif: true }),
      choix(c, "/publics", "Publics visés", l.publics, { plusieurs: true, facultatif: true }),
      choix(c, "/motifs", "Pourquoi la personne est venue", l.motifs, { plusieurs: true, facultatif: true }),
      choix(c, "/origine", "Comment elle vous a connu", l.origine, { facultatif: true }),
      choix(c, "/mode_intervention", "Votre manière d'aider", l.mode_intervention, { facultatif: true }),
      choix(c, "/raison", "Si vous avez fait à sa place, pourquoi sans mandat", l.raison, { facultatif: true }),
      coche(c, "/aide_urgence", "Aide dans l'urgence"),
      coche(c, "/pass_numerique/propose", "Pass numérique proposé"),
      coche(c, "/pass_numerique/utilise", "Pass numérique utilisé"),
      champ(c, "/etiquettes", "Étiquettes", {
        facultatif: true,
        aide: "Vos mots pour retrouver ce compte rendu, séparés par des virgules.",
        lit: (v) => (v ?? []).join(", "),
        ecrit: (t) => t.split(/[,;]/).map((e) => e.trim()).filter(Boolean),
      }),
      champ(c, "/notes", "Notes", { genre: "zone", facultatif: true, aide: "Visibles de vous seul. Ni numéro de sécurité sociale, ni coordonnées bancaires, ni mot de passe." }),
    ]),
  ];
}

/** @param {string} titre @param {boolean} ouvert @param {HTMLElement[]} enfants */
const replie = (titre, ouvert, enfants) => h("details", { open: ouvert }, h("summary", {}, titre), ...enfants);

/** @param {import("./dom.js").Cadre} c @param {{ proposees: number[] }} d */
function durees(c, d) {
  const connue = d.proposees.includes(c.corps.duree);
  const autre = champ({ ...c, corps: connue ? {} : c.corps }, "/duree", "Autre durée, en minutes", { genre: "number", facultatif: true, court: true });
  const saisie = /** @type {HTMLInputElement} */ (autre.querySelector("input"));
  saisie.id = "autre-duree";
  autre.querySelector("label")?.setAttribute("for", "autre-duree");
  const puces = choix(
    c,
    "/duree",
    "Durée",
    d.proposees.map((n) => [String(n), duree(n)]),
    { nombre: true, ecrit: () => (saisie.value = "") },
  );
  saisie.addEventListener("input", () => {
    if (!/^\d+$/.test(saisie.value)) return;
    ecrire(c.corps, "/duree", Number(saisie.value));
    for (const p of puces.querySelectorAll("input")) p.checked = p.value === saisie.value;
  });
  return h("div", {}, puces, replie("Autre durée", !connue, [autre]));
}

/** The kind of place and the place in one choice. @param {import("./dom.js").Cadre} c @param {any} refs */
function lieux(c, refs) {
  /** @type {Option[]} */
  const options = [
    ...refs.lieux.map((/** @type {any} */ x) => [`lieu_activite:${x.id}`, x.nom]),
    ...refs.listes.type_lieu.filter((/** @type {Option} */ o) => o[0] !== "lieu_activite"),
  ];
  const { type_lieu: genre, lieu_id: lieu } = c.corps;
  const choisi = { corps: { type_lieu: genre === "lieu_activite" ? `lieu_activite:${lieu}` : genre }, erreurs: c.erreurs, change: c.change };
  const visite = h("div", { hidden: !["domicile", "autre"].includes(genre) });
  const commune = champ(c, "/commune", "Commune", {
    aide: "Jamais l'adresse.",
    liste: "communes",
    lit: (v) => refs.communes.find((/** @type {Option} */ o) => o[0] === v)?.[1] ?? "",
    ecrit: (t) => refs.communes.find((/** @type {Option} */ o) => o[1].toLowerCase() === t.toLowerCase() || o[1].toLowerCase().startsWith(`${t.toLowerCase()} (`))?.[0],
  });
  const communes = h("datalist", { id: "communes" }, ...refs.communes.map((/** @type {Option} */ o) => h("option", { value: o[1] })));
  const cadre = choix(c, "/cadre", "Cadre, si c'est un autre lieu", refs.listes.cadre, { facultatif: true });
  visite.append(commune, communes, cadre);
  cadre.hidden = genre !== "autre";
  const ou = choix(choisi, "/type_lieu", "Où", options, {
    ecrit: (cle) => {
      const [g, id] = cle.split(":");
      ecrire(c.corps, "/type_lieu", g);
      ecrire(c.corps, "/lieu_id", id ?? "");
      if (!["domicile", "autre"].includes(g)) ecrire(c.corps, "/commune", "");
      if (g !== "autre") ecrire(c.corps, "/cadre", "");
      visite.hidden = !["domicile", "autre"].includes(g);
      cadre.hidden = g !== "autre";
    },
  });
  return [ou, visite];
}

/** @param {import("./dom.js").Cadre} c @param {any} refs */
function personne(c, refs) {
  const l = refs.listes;
  const anonyme = h(
    "div",
    { hidden: !!c.corps.suivis?.length },
    choix(c, "/anonyme/genre", "Genre", l.genre, { facultatif: true }),
    choix(c, "/anonyme/tranche", "Âge", l.tranche, { facultatif: true }),
    choix(c, "/anonyme/statut", "Statut", l.statut, { facultatif: true }),
    coche(c, "/anonyme/deja_accompagne", "Déjà accompagnée auparavant"),
  );
  if (!refs.personnes?.length) return [anonyme];
  const etat = { corps: { suivi: c.corps.suivis?.[0] }, erreurs: c.erreurs, change: c.change };
  const suivie = liste(etat, "/suivi", "Personne suivie", refs.personnes, () => {
    ecrire(c.corps, "/suivis", etat.corps.suivi ? [etat.corps.suivi] : []);
    if (etat.corps.suivi) delete c.corps.anonyme;
    anonyme.hidden = !!etat.corps.suivi;
  });
  return [suivie, anonyme];
}

/** @param {import("./dom.js").Cadre} c @param {any} refs */
function participants(c, refs) {
  /** @param {string} cle @param {string} legende */
  const comptes = (cle, legende) => {
    const m = c.erreurs.get(`/anonymes/${cle}`);
    const p = `/anonymes/${cle}`;
    return h(
      "div",
      { class: "comptes" },
      h(
        "fieldset",
        { class: m ? "champ champ-erreur" : "champ", id: idDe(p), tabindex: "-1" },
        h("legend", {}, legende, h("span", { class: "facultatif" }, " (facultatif)")),
        ...refs.listes[cle].map((/** @type {Option} */ o) => champ(c, `${p}/${o[0]}`, o[1], { genre: "number" })),
        m ? h("p", { class: "erreur" }, m) : null,
      ),
    );
  };
  return [
    refs.personnes?.length ? replie("Personnes suivies", !!c.corps.suivis?.length, [choix(c, "/suivis", "Personnes suivies présentes", refs.personnes, { plusieurs: true, facultatif: true })]) : null,
    champ(c, "/anonymes/total", "Participants anonymes", { genre: "number", court: true }),
    champ(c, "/anonymes/deja_accompagnes", "Dont déjà accompagnés", { genre: "number", facultatif: true, court: true }),
    comptes("genre", "Genre"),
    comptes("tranche", "Âge"),
    comptes("statut", "Statut"),
  ].filter((e) => e !== null);
}

/** @param {import("./dom.js").Cadre} c @param {any} l @param {boolean} individuel */
function suites(c, l, individuel) {
  const vers = replie("Dire vers qui la personne est orientée", !!c.corps.destination || c.erreurs.has("/destination"), [
    liste(c, "/destination", "Orientée vers", l.destination),
    liste(c, "/organisme", "Organisme", l.organisme),
  ]);
  if (!individuel) {
    const m = c.erreurs.get("/suites");
    const champs = l.suites.map((/** @type {Option} */ o) => champ(c, `/suites/${o[0]}`, o[1], { genre: "number" }));
    return [
      h(
        "div",
        { class: "comptes" },
        h("fieldset", { class: "champ", id: idDe("/suites"), tabindex: "-1" }, h("legend", {}, "Et après", h("span", { class: "facultatif" }, " (facultatif)")), ...champs, m ? h("p", { class: "erreur" }, m) : null),
      ),
      vers,
    ];
  }
  const etat = { corps: { suites: Object.keys(c.corps.suites ?? {})[0] }, erreurs: c.erreurs, change: c.change };
  return [choix(etat, "/suites", "Et après", l.suites, { facultatif: true, ecrit: (cle) => (c.corps.suites = { [cle]: 1 }) }), vers];
}

