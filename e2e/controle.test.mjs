// The scanner of free texts answers in the browser as on the server: both
// replay the same cases (spec 20 §2.6).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MESSAGE, localiser } from "../crates/web/assets/saisie/controle.js";

const publies = JSON.parse(readFileSync(new URL("../crates/activites/tests-data/texte_libre.json", import.meta.url), "utf8"));

test("chaque cas publié a son verdict", () => {
  assert.equal(MESSAGE, publies.message);
  for (const { texte, attendu } of publies.cas) assert.equal(localiser(texte)?.quoi ?? null, attendu, texte);
  console.log(`${publies.cas.length} cas`);
});

test("le passage est montré", () => {
  assert.equal(localiser("sécu 2 55 08 14 168 025 38 !")?.passage, "2 55 08 14 168 025 38");
  assert.equal(localiser("06 12 34 56 78 4111 1111 1111 1111")?.passage, "4111 1111 1111 1111");
});
