// What will go wrong, drawn from one seed before anything starts: the same
// seed is the same days, whatever the machine.

/** A small generator that repeats (mulberry32). @param {number} graine */
export function generateur(graine) {
  let etat = graine >>> 0;
  return () => {
    etat = (etat + 0x6d2b79f5) >>> 0;
    let t = etat;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One entry. `coupee`: milliseconds after the click at which the browser dies.
 * @typedef {{ type: "individuel" | "collectif", date: string, duree: number, thematiques: string[], genre: string, tranche: string,
 *   total: number, notes: string, coupee: number | null }} Saisie */
/** @typedef {{ accident: string, part: number } | { saisie: Saisie }} Geste */

/** Durations nobody is offered: none of them comes from a habit. */
const DUREES = [...Array(235).keys()].map((n) => n + 5).filter((n) => n % 5);

/** The days of a seed, without end: each run is a list of gestures. Accidents
 * are dealt from a pack, so that none waits for long.
 * @param {number} graine
 * @param {string[]} accidents
 * @param {Record<"thematiques" | "genre" | "tranche", string[]>} listes
 * @returns {Generator<Geste[], never>} */
export function* journees(graine, accidents, listes) {
  const h = generateur(graine);
  /** @template T @param {T[]} v @returns {T} */
  const tirer = (v) => v[Math.floor(h() * v.length)];
  /** @type {string[]} */
  let paquet = [];
  const donner = () => {
    if (!paquet.length) {
      paquet = [...accidents];
      for (let i = paquet.length - 1; i > 0; i--) {
        const j = Math.floor(h() * (i + 1));
        [paquet[i], paquet[j]] = [paquet[j], paquet[i]];
      }
    }
    return /** @type {string} */ (paquet.pop());
  };
  let numero = 0;
  /** @returns {Saisie} a day and a duration nobody else has */
  const saisie = () => {
    const n = numero++;
    const jour = new Date(Date.now() - (4 + Math.floor(n / DUREES.length)) * 86_400_000);
    const combien = 1 + Math.floor(h() * 3);
    return {
      type: h() < 0.75 ? "individuel" : "collectif",
      date: jour.toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" }),
      duree: DUREES[n % DUREES.length],
      thematiques: [...new Set([...Array(combien)].map(() => tirer(listes.thematiques)))].sort(),
      genre: tirer(["", ...listes.genre]),
      tranche: tirer(["", ...listes.tranche]),
      total: 1 + Math.floor(h() * 12),
      notes: h() < 0.3 ? `Note ${Math.floor(h() * 1e6)} – œuvre à l’été` : "",
      coupee: h() < 0.08 ? h() * 60 : null,
    };
  };
  for (;;) {
    /** @type {Geste[]} */
    const jour = [];
    const saisies = 2 + Math.floor(h() * 2);
    for (let i = 0; i < saisies; i++) {
      if (i === 0 || h() < 0.35) jour.push({ accident: donner(), part: h() });
      jour.push({ saisie: saisie() });
    }
    yield jour;
  }
}
