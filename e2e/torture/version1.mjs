// What the first version of the offline entry left on a device: no store of
// receipts, and operations of schema 1. Runs inside the page.

/** Rewrites the present database as version 1 left it.
 * @param {{ code: string, modules: string }} o
 * @returns {Promise<number>} operations rewritten */
export async function revenirEnVersion1({ code, modules }) {
  const { aad, chiffrer, dechiffrer, deverrouiller } = await import(`${modules}coffre.js`);
  const nom = (await indexedDB.databases()).find((b) => b.name?.startsWith("saisie-"))?.name ?? "";
  /** @template T @param {IDBRequest<T>} d @returns {Promise<T>} */
  const fini = (d) =>
    new Promise((ok, non) => {
      d.onsuccess = () => ok(d.result);
      d.onerror = () => non(d.error);
    });
  const base = await fini(indexedDB.open(nom));
  /** @type {Record<string, any[]>} */
  const tout = {};
  for (const m of ["operations", "brouillons", "references", "meta"]) tout[m] = await fini(base.transaction(m).objectStore(m).getAll());
  base.close();
  const cle = await deverrouiller(code, tout.meta.find((x) => x.id === "appareil").serrure);
  const operations = [];
  for (const l of tout.operations) {
    const lie = aad(l.appareil, l.op, l.type);
    const o = await dechiffrer(cle, lie, l);
    const suite = Object.keys(o.corps.suites ?? {})[0];
    delete o.corps.suites;
    if (suite) o.corps.suite = suite;
    operations.push({ ...l, ...(await chiffrer(cle, lie, { ...o, schema: 1 })) });
  }
  tout.operations = operations;
  await fini(indexedDB.deleteDatabase(nom));
  const demande = indexedDB.open(nom, 1);
  demande.onupgradeneeded = () => {
    for (const [m, k] of [["operations", "op"], ["brouillons", "id"], ["references", "id"], ["meta", "id"]]) demande.result.createObjectStore(m, { keyPath: k });
  };
  const vieille = await fini(demande);
  const tx = vieille.transaction(Object.keys(tout), "readwrite", { durability: "strict" });
  for (const [m, lignes] of Object.entries(tout)) for (const l of lignes) tx.objectStore(m).put(l);
  await new Promise((ok) => (tx.oncomplete = ok));
  vieille.close();
  return operations.length;
}
