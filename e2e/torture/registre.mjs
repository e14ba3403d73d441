// What the device said was kept, and what the server really holds.
import assert from "node:assert/strict";

/** @typedef {import("./hasard.mjs").Saisie} Saisie */
/** An entry, the object it became on the device and the device that said so.
 * @typedef {{ saisie: Saisie, objet: string, appareil: string, tour: number }} Promesse */

/** @param {Pick<Saisie, "date" | "duree">} s */
export const signe = (s) => `${s.date} ${s.duree}`;

export class Registre {
  /** @param {import("./serveur.mjs").Serveur} serveur */
  constructor(serveur) {
    this.serveur = serveur;
    /** « Enregistré sur cet appareil » was read. @type {Promesse[]} */
    this.promesses = [];
    /** Cut in the middle: there once, or not at all. @type {{ saisie: Saisie, tour: number }[]} */
    this.douteuses = [];
    /** Objects that waited on a device declared lost: given up by decision. @type {Set<string>} */
    this.abandons = new Set();
    /** Every object seen on a device. @type {Set<string>} */
    this.objets = new Set();
  }

  /** @param {Promesse} p */
  promettre(p) {
    this.promesses.push(p);
  }

  /** Rows of what was recorded offline, by their day and duration.
   * @param {string} auteur @param {Pick<Saisie, "date" | "duree">[] | null} seules @returns {Map<string, any[]>} */
  rangees(auteur, seules) {
    const parmi = seules ? `AND (a.date || ' ' || a.duree) IN (${seules.map((s) => `'${signe(s)}'`).join(",") || "''"})` : "";
    const v = this.serveur.lire(
      `SELECT a.id, a.type_activite, a.etat, a.date, a.duree, a.anonymes, a.suivis, a.version, a.notes IS NOT NULL AS notes,
         (SELECT group_concat(dimension || '=' || valeur || '=' || nombre, ' ') FROM activite_valeur v WHERE v.activite = a.id) AS valeurs,
         (SELECT count(*) FROM activite_journal j WHERE j.activite = a.id AND j.avant IS NULL) AS creations
       FROM activite a WHERE a.auteur = '${auteur}' AND a.source = 'hors_ligne' ${parmi}`,
    );
    /** @type {Map<string, any[]>} */
    const m = new Map();
    for (const r of v) m.set(signe(r), [...(m.get(signe(r)) ?? []), r]);
    return m;
  }

  /** Entries of a run, or of all: what is lost, doubled or changed in the rows.
   * @param {string} auteur @param {number} [tour] */
  bilan(auteur, tour) {
    const miennes = this.promesses.filter((p) => tour === undefined || p.tour === tour);
    const douteuses = this.douteuses.filter((p) => tour === undefined || p.tour === tour);
    const rangees = this.rangees(auteur, tour === undefined ? null : [...miennes, ...douteuses].map((p) => p.saisie));
    const b = { perdues: /** @type {string[]} */ ([]), doublees: /** @type {string[]} */ ([]), alterees: /** @type {string[]} */ ([]), abandonnees: 0, coupeesGardees: 0 };
    for (const p of miennes) {
      const r = rangees.get(signe(p.saisie)) ?? [];
      const nom = `${signe(p.saisie)} (tour ${p.tour}, ${p.objet})`;
      if (!r.length) {
        if (this.abandons.has(p.objet)) b.abandonnees += 1;
        else b.perdues.push(nom);
      } else if (r.length > 1) b.doublees.push(nom);
      else {
        const f = differences(p, r[0]);
        if (f) b.alterees.push(`${nom} : ${f}`);
      }
    }
    for (const d of douteuses) {
      const n = rangees.get(signe(d.saisie))?.length ?? 0;
      if (n === 1) b.coupeesGardees += 1;
      if (n > 1) b.doublees.push(`${signe(d.saisie)} (tour ${d.tour}, coupée)`);
    }
    if (tour === undefined) {
      const attendues = new Set([...miennes, ...douteuses].map((p) => signe(p.saisie)));
      for (const k of rangees.keys()) if (!attendues.has(k)) b.doublees.push(`${k} : personne ne l'a saisie`);
    }
    return b;
  }

  /** The same by the service: the author's own export, month by month.
   * @param {string} cookie @param {string} adresse @param {(cle: string) => string} nommer the label of a theme */
  async bilanParLeService(cookie, adresse, nommer) {
    const mois = new Set([...this.promesses, ...this.douteuses].map((p) => p.saisie.date.slice(0, 7)));
    /** @type {Map<string, string[][]>} */
    const vues = new Map();
    for (const m of mois) {
      const r = await fetch(`${adresse}/activites/export?mois=${m}&format=csv`, { headers: { cookie } });
      assert.equal(r.status, 200, "export");
      for (const ligne of (await r.text()).split(/\r?\n/)) {
        const c = ligne.split(";").map((x) => x.replace(/^\ufeff?"?|"$/g, ""));
        if (!/^[0-9a-f-]{36}$/.test(c[0])) continue;
        const cle = `${c[1]} ${c[10]}`;
        vues.set(cle, [...(vues.get(cle) ?? []), c]);
      }
    }
    const b = { perdues: /** @type {string[]} */ ([]), doublees: /** @type {string[]} */ ([]), alterees: /** @type {string[]} */ ([]) };
    for (const p of this.promesses) {
      const v = vues.get(signe(p.saisie)) ?? [];
      if (!v.length && !this.abandons.has(p.objet)) b.perdues.push(signe(p.saisie));
      if (v.length > 1) b.doublees.push(signe(p.saisie));
      if (v.length !== 1) continue;
      // Labels hold commas of their own.
      const attendus = p.saisie.thematiques.map(nommer);
      const memes = attendus.every((t) => v[0][15].includes(t)) && v[0][15].length === attendus.join(", ").length;
      if (v[0][0] !== p.objet || !memes) b.alterees.push(`${signe(p.saisie)} : ${v[0].join(";")} au lieu de ${attendus}`);
    }
    for (const d of this.douteuses) if ((vues.get(signe(d.saisie))?.length ?? 0) > 1) b.doublees.push(signe(d.saisie));
    return b;
  }

  /** Notes are sealed in the rows: the service reads some of them again.
   * @param {string} cookie @param {string} adresse @returns {Promise<{ lues: number, alterees: string[] }>} */
  async notes(cookie, adresse) {
    const avec = this.promesses.filter((p) => p.saisie.notes && !this.abandons.has(p.objet)).slice(-40);
    const alterees = [];
    for (const p of avec) {
      const r = await fetch(`${adresse}/activites/${p.objet}`, { headers: { cookie } });
      if (!r.ok || !(await r.text()).includes(p.saisie.notes)) alterees.push(`${signe(p.saisie)} : notes`);
    }
    return { lues: avec.length, alterees };
  }
}

/** What a row says that is not what was typed. @param {Promesse} p @param {any} r */
function differences(p, r) {
  const s = p.saisie;
  const valeurs = String(r.valeurs ?? "").split(" ");
  const de = (/** @type {string} */ d) => valeurs.filter((v) => v.startsWith(`${d}=`)).map((v) => v.split("=").slice(1).join("=")).sort();
  /** @type {string[]} */
  const f = [];
  const dire = (/** @type {string} */ quoi, /** @type {unknown} */ lu, /** @type {unknown} */ voulu) => {
    if (JSON.stringify(lu) !== JSON.stringify(voulu)) f.push(`${quoi} ${JSON.stringify(lu)} au lieu de ${JSON.stringify(voulu)}`);
  };
  dire("objet", r.id, p.objet);
  dire("type", r.type_activite, s.type);
  dire("état", r.etat, "enregistree");
  dire("thèmes", de("thematique"), s.thematiques.map((t) => `${t}=1`));
  dire("notes", !!r.notes, !!s.notes);
  dire("créations au journal", r.creations, 1);
  dire("personnes anonymes", r.anonymes, s.type === "individuel" ? 1 : s.total);
  if (s.genre) {
    const n = s.type === "individuel" ? 1 : s.total;
    dire("genre", de("genre"), [`${s.genre}=${n}`]);
  }
  if (s.tranche && s.type === "individuel") dire("âge", de("tranche"), [`${s.tranche}=1`]);
  return f.join(" ; ");
}
