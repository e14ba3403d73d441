// What the device keeps is opened by its code only (spec 20 §4.6).
import assert from "node:assert/strict";
import { test } from "node:test";
import { aad, chiffrer, creer, dechiffrer, deballer, debase64, deverrouiller, emballer, refermer, uuid7 } from "../crates/web/assets/saisie/coffre.js";
import { verifier } from "../crates/web/assets/saisie/controle.js";

test("le code ouvre, un autre non, et la clé ne se relit pas", async () => {
  const { brute, cle, serrure } = await creer("271828");
  assert.equal(serrure.tours, 600_000);
  assert.equal(serrure.sel.length, 16);
  const scelle = await chiffrer(cle, aad("a", "o", "activite.creer"), { duree: 45 });
  assert.equal(scelle.iv.length, 12);
  const rouverte = await deverrouiller("271828", serrure);
  assert.ok(rouverte);
  assert.equal(rouverte.extractable, false);
  assert.deepEqual(await dechiffrer(rouverte, aad("a", "o", "activite.creer"), scelle), { duree: 45 });
  assert.equal(await deverrouiller("271829", serrure), null);
  // A record moved under another operation does not open.
  await assert.rejects(dechiffrer(rouverte, aad("a", "p", "activite.creer"), scelle));
  // A new code, the same key: what was kept still opens.
  const neuve = await deverrouiller("314159", await refermer(brute, "314159"));
  assert.ok(neuve);
  assert.deepEqual(await dechiffrer(neuve, aad("a", "o", "activite.creer"), scelle), { duree: 45 });
});

test("un export ne s'ouvre qu'avec sa phrase", async () => {
  const fichier = await emballer("une phrase assez longue", { operations: [1, 2] });
  assert.deepEqual(await deballer("une phrase assez longue", fichier), { operations: [1, 2] });
  await assert.rejects(deballer("une autre phrase longue", fichier));
  assert.ok(!fichier.includes("operations"));
  assert.equal(debase64(JSON.parse(fichier).sel).length, 16);
});

test("les identifiants se rangent dans l'ordre du temps", () => {
  const v = [1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000].map((ms) => uuid7(ms));
  assert.deepEqual([...v].sort(), v);
  for (const id of v) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("l'appareil refuse ce que le service refuserait", () => {
  const bon = { type: "individuel", date: "2026-11-24", duree: 45, type_lieu: "a_distance", thematiques: ["email"] };
  const messages = (/** @type {object} */ c) => verifier({ ...bon, ...c }, "2026-11-24", 600).map((f) => f.message);
  assert.deepEqual(messages({}), []);
  assert.deepEqual(messages({ date: "2026-11-25" }), ["La date ne peut pas être dans le futur."]);
  assert.deepEqual(messages({ date: "2019-12-31" }), ["La date doit être postérieure au 1er janvier 2020."]);
  assert.deepEqual(messages({ date: "2026-08-26" }), [], "90 days ago");
  assert.deepEqual(messages({ date: "2026-08-25" }), ["Cette activité date de plus de 3 mois : confirmez."]);
  assert.deepEqual(messages({ date: "2026-08-25", confirmations: ["date"] }), []);
  assert.deepEqual(messages({ duree: 4 }), ["La durée doit être comprise entre 5 min et 10 h."]);
  assert.deepEqual(messages({ thematiques: [] }), ["Choisissez au moins une thématique."]);
  assert.deepEqual(messages({ type_lieu: "autre" }), ["Choisissez une commune."]);
  const atelier = { type: "collectif", anonymes: { total: 6, genre: { feminin: 4, masculin: 3 } } };
  assert.deepEqual(messages(atelier), ["Le total par genre (7) dépasse le nombre de participants anonymes (6)."]);
  assert.deepEqual(messages({ type: "collectif" }), ["Indiquez au moins un participant."]);
});
