// The few gestures every screen needs on the page.

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

/**
 * Shows a screen: its title takes the focus, as a new page would.
 * @param {string} titre
 * @param {...(Enfant | Enfant[])} enfants
 */
export function ecran(titre, ...enfants) {
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
