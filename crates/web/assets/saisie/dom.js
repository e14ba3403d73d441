// The few gestures every screen needs on the page, and the fields of a form.

/** @typedef {Node | string | null | undefined | false} Enfant */

/**
 * Makes an element. Attributes that are functions listen to the event of
 * their name; true and false set or leave out a bare attribute.
 * @param {string} balise
 * @param {Record<string, any>} [attributs]
 * @param {...(Enfant | Enfant[])} enfants
 * @returns {HTMLElement}
 */
export function h(balise, attributs = {}, ...enfants) {
  const e = document.createElement(balise);
  for (const [nom, v] of Object.entries(attributs)) {
    if (typeof v === "function") e.addEventListener(nom, v);
    else if (v === true) e.setAttribute(nom, "");
    else if (v !== false && v !== null && v !== undefined) e.setAttribute(nom, String(v));
  }
  for (const enfant of enfants.flat()) if (enfant) e.append(enfant);
  return e;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function $(id) {
  const e = document.getElementById(id);
  if (!e) throw new Error(`élément absent : ${id}`);
  return e;
}

/** @param {string} texte read aloud and shown once */
export function annoncer(texte) {
  $("annonce").textContent = texte;
}

/** How many screens were shown: who waited knows if another one came. */
export let passage = 0;

/**
 * Shows a screen: its title takes the focus, as a new page would.
 * @param {string} titre
 * @param {...(Enfant | Enfant[])} enfants
 */
export function ecran(titre, ...enfants) {
  passage += 1;
  delete $("ecran").dataset.nom;
  $("titre").textContent = titre;
  document.title = `${titre} – Maillage`;
  $("ecran").replaceChildren(.../** @type {Node[]} */ (enfants.flat().filter(Boolean)));
}

/**
 * @param {string} texte
 * @param {(e: Event) => unknown} faire
 * @param {string} [classe]
 */
export function bouton(texte, faire, classe = "bouton") {
  return h("button", { type: "button", class: classe, click: faire }, texte);
}

/** @param {number} n @param {string} mot @returns {string} « 1 saisie », « 2 saisies » */
export const pluriel = (n, mot) => `${n} ${n > 1 ? mot.split(" ").map((m) => `${m}s`).join(" ") : mot}`;

/** @param {string} iso @returns {string} « mardi 3 mars 2026 » */
export const dateLongue = (iso) =>
  new Date(`${iso}T12:00:00`).toLocaleDateString("fr-FR", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** @param {number} minutes @returns {string} « 1 h 30 » */
export function duree(minutes) {
  const [heures, reste] = [Math.floor(minutes / 60), minutes % 60];
  if (!heures) return `${reste} min`;
  return reste ? `${heures} h ${String(reste).padStart(2, "0")}` : `${heures} h`;
}

// --- Fields bound to the body they write: what is on screen is what is sent ---

/** @typedef {[string, string, string?]} Option key, label, parent */
/** @typedef {{ corps: any, erreurs: Map<string, string>, change: () => void }} Cadre */

/** @param {string} pointeur */
export const idDe = (pointeur) => `c${pointeur.replaceAll("/", "-")}`;

/** @param {any} corps @param {string} pointeur */
export function lire(corps, pointeur) {
  return pointeur
    .slice(1)
    .split("/")
    .reduce((v, k) => v?.[k], corps);
}

/** Writes a value; what is empty is absent. @param {any} corps @param {string} pointeur @param {any} valeur */
export function ecrire(corps, pointeur, valeur) {
  const cles = pointeur.slice(1).split("/");
  const derniere = /** @type {string} */ (cles.pop());
  let v = corps;
  for (const k of cles) v = v[k] ??= {};
  const vide = valeur === "" || valeur === null || valeur === undefined || valeur === false || (Array.isArray(valeur) && !valeur.length);
  if (vide) delete v[derniere];
  else v[derniere] = valeur;
}

/** @param {Cadre} c @param {string} pointeur */
function suites(c, pointeur) {
  const m = c.erreurs.get(pointeur);
  const id = `${idDe(pointeur)}-erreur`;
  return {
    classe: m ? "champ champ-erreur" : "champ",
    decrit: m ? { "aria-describedby": id, "aria-invalid": "true" } : {},
    message: m ? h("p", { class: "erreur", id }, h("span", { "aria-hidden": "true" }, "⚠ "), m) : null,
  };
}

/** @param {boolean} oui */
const facultatif = (oui) => (oui ? h("span", { class: "facultatif" }, " (facultatif)") : null);

/**
 * One choice, or several, as chips.
 * @param {Cadre} c
 * @param {string} pointeur
 * @param {string} legende
 * @param {Option[]} options
 * @param {{ plusieurs?: boolean, facultatif?: boolean, nombre?: boolean, ecrit?: (cle: string) => void }} [o]
 */
export function choix(c, pointeur, legende, options, o = {}) {
  const s = suites(c, pointeur);
  const lus = lire(c.corps, pointeur);
  const choisis = new Set((Array.isArray(lus) ? lus : [lus]).filter((v) => v !== undefined).map(String));
  const boites = options.map(([cle, libelle], i) => {
    const id = i ? `${idDe(pointeur)}-${i}` : idDe(pointeur);
    const boite = /** @type {HTMLInputElement} */ (
      h("input", { type: o.plusieurs ? "checkbox" : "radio", id, name: idDe(pointeur), value: cle, checked: choisis.has(cle) })
    );
    boite.addEventListener("change", () => {
      if (o.plusieurs) {
        if (boite.checked) choisis.add(cle);
        else choisis.delete(cle);
        ecrire(c.corps, pointeur, [...choisis]);
      } else {
        ecrire(c.corps, pointeur, o.nombre ? Number(cle) : cle);
        o.ecrit?.(cle);
      }
      c.change();
    });
    return h("div", { class: "option" }, boite, h("label", { for: id }, libelle));
  });
  return h(
    "div",
    { class: "puces" },
    h("fieldset", { class: s.classe, ...s.decrit }, h("legend", {}, legende, facultatif(!!o.facultatif)), ...boites, s.message),
  );
}

/**
 * A text, a number, a date, a longer text.
 * @param {Cadre} c
 * @param {string} pointeur
 * @param {string} libelle
 * @param {{ genre?: "text" | "number" | "date" | "zone", facultatif?: boolean, aide?: string, max?: string, court?: boolean,
 *   lit?: (v: any) => string, ecrit?: (t: string) => any, liste?: string }} [o]
 */
export function champ(c, pointeur, libelle, o = {}) {
  const s = suites(c, pointeur);
  const id = idDe(pointeur);
  const v = lire(c.corps, pointeur);
  const valeur = o.lit ? o.lit(v) : (v ?? "");
  const decrit = [o.aide && `${id}-aide`, s.message && `${id}-erreur`].filter(Boolean).join(" ");
  const attributs = { id, ...s.decrit, "aria-describedby": decrit || null, autocomplete: "off" };
  const nombre = o.genre === "number";
  const e = /** @type {HTMLInputElement} */ (
    o.genre === "zone"
      ? h("textarea", { ...attributs, rows: 4 })
      : h("input", { ...attributs, type: nombre ? "text" : (o.genre ?? "text"), inputmode: nombre ? "numeric" : null, max: o.max, list: o.liste, class: o.court ? "court" : null })
  );
  e.value = String(valeur);
  e.addEventListener("input", () => {
    const t = e.value.trim();
    ecrire(c.corps, pointeur, o.ecrit ? o.ecrit(t) : nombre && /^\d+$/.test(t) ? Number(t) : t);
    c.change();
  });
  return h(
    "div",
    { class: s.classe },
    h("label", { for: id }, libelle, facultatif(!!o.facultatif)),
    o.aide ? h("p", { class: "aide", id: `${id}-aide` }, o.aide) : null,
    e,
    s.message,
  );
}

/** @param {Cadre} c @param {string} pointeur @param {string} libelle */
export function coche(c, pointeur, libelle) {
  const id = idDe(pointeur);
  const e = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", id, checked: !!lire(c.corps, pointeur) }));
  e.addEventListener("change", () => {
    ecrire(c.corps, pointeur, e.checked);
    c.change();
  });
  return h("div", { class: "champ" }, h("div", { class: "option" }, e, h("label", { for: id }, libelle)));
}

/** A closed list. @param {Cadre} c @param {string} pointeur @param {string} libelle @param {Option[]} options @param {() => void} [apres] */
export function liste(c, pointeur, libelle, options, apres) {
  const s = suites(c, pointeur);
  const id = idDe(pointeur);
  const v = lire(c.corps, pointeur) ?? "";
  const e = /** @type {HTMLSelectElement} */ (
    h("select", { id, ...s.decrit }, h("option", { value: "" }, "Choisir…"), ...options.map(([cle, l]) => h("option", { value: cle, selected: v === cle }, l)))
  );
  e.addEventListener("change", () => {
    ecrire(c.corps, pointeur, e.value);
    apres?.();
    c.change();
  });
  return h("div", { class: s.classe }, h("label", { for: id }, libelle, facultatif(true)), e, s.message);
}
