// The person: what is on screen decides of the next gesture.
import { CODE, enAttente } from "../lib/saisie.mjs";
import { totp } from "../lib/totp.mjs";
import { lancer } from "./navigateur.mjs";
import { revenirEnVersion1 } from "./version1.mjs";

/** @typedef {import("./hasard.mjs").Saisie} Saisie */

export const dormir = (/** @type {number} */ ms) => new Promise((ok) => setTimeout(ok, ms));
const TITRES = { individuel: "Saisir un accompagnement", collectif: "Saisir un atelier" };

export class Personne {
  /**
   * @param {string} profil folder of the browser
   * @param {string} adresse
   * @param {import("./serveur.mjs").Serveur} serveur
   * @param {import("./mandataire.mjs").Mandataire} mandataire
   * @param {import("./registre.mjs").Registre} registre
   */
  constructor(profil, adresse, serveur, mandataire, registre) {
    this.profil = profil;
    this.adresse = adresse;
    this.serveur = serveur;
    this.mandataire = mandataire;
    this.registre = registre;
    /** @type {import("./navigateur.mjs").Vivant} */
    this.vivant = /** @type {any} */ (null);
    /** What keeps this person signed in, while it does. @type {any[]} */
    this.temoins = [];
    /** Hours this clock is wrong by. */
    this.decalage = 0;
    /** Through which the browser is told so. @type {import("playwright-core").CDPSession | null} */
    this.cdp = null;
    this.tour = 0;
    /** Why this device is being erased. @type {"" | "retrait" | "perdu"} */
    this.motif = "";
    /** What happens right after the next entry. @type {(() => Promise<void>) | null} */
    this.apresSaisie = null;
    /** Other tabs. @type {import("playwright-core").Page[]} */
    this.onglets = [];
  }

  async fermerOnglets() {
    for (const o of this.onglets.splice(0)) await o.close().catch(() => null);
  }

  get page() {
    return this.vivant.page;
  }

  async ouvrirNavigateur() {
    this.vivant = await lancer(this.profil, "about:blank");
    this.cdp = null;
    if (this.decalage) await this.regler(this.decalage);
    if (this.temoins.length) await this.vivant.contexte.addCookies(this.temoins);
    await this.aller("");
  }

  async tuerNavigateur() {
    this.onglets = [];
    await this.vivant.tuer();
    await this.ouvrirNavigateur();
  }

  /** @param {string} hash */
  async aller(hash) {
    // The same address with another hash would not load anything.
    await this.page.evaluate((h) => location.pathname === "/saisie/" && history.replaceState(null, "", h || "/saisie/"), hash).catch(() => null);
    const ici = `${this.adresse}/saisie/${hash}`;
    await (this.page.url() === ici ? this.page.reload({ waitUntil: "commit" }) : this.page.goto(ici, { waitUntil: "commit" })).catch(() => null);
  }

  /** The clock of this device is wrong by so many hours from the next page on. @param {number} heures */
  async regler(heures) {
    // The script goes away with the session that brought it.
    await this.cdp?.detach().catch(() => null);
    this.cdp = null;
    this.decalage = heures;
    if (!heures) return;
    this.cdp = await this.vivant.contexte.newCDPSession(this.page);
    await this.cdp.send("Page.enable");
    const source = `(() => { const D = Date, n = D.now.bind(D), d = ${heures} * 3600000;
      globalThis.Date = class extends D { constructor(...a) { super(...(a.length ? a : [n() + d])); } static now() { return n() + d; } }; })()`;
    await this.cdp.send("Page.addScriptToEvaluateOnNewDocument", { source });
  }

  async titre() {
    return this.page.locator("h1").first().innerText({ timeout: 2_000 }).catch(() => "");
  }

  /** What the device holds, of the queue and of what was sent. @returns {Promise<{ appareil: string, attente: string[], objets: string[] } | null>} */
  async disque() {
    return this.page
      .evaluate(async () => {
        const nom = (await indexedDB.databases()).find((b) => b.name?.startsWith("saisie-"))?.name;
        if (!nom) return null;
        return new Promise((ok) => {
          const d = indexedDB.open(nom);
          // Erased since it was named: opening must not make it again.
          d.onupgradeneeded = () => d.transaction?.abort();
          d.onerror = () => ok(null);
          d.onsuccess = () => {
            const base = d.result;
            const noms = ["meta", "operations", "recus"].filter((m) => base.objectStoreNames.contains(m));
            const tx = base.transaction(noms);
            /** @type {Record<string, IDBRequest<any[]>>} */
            const r = Object.fromEntries(noms.map((m) => [m, tx.objectStore(m).getAll()]));
            tx.oncomplete = () => {
              base.close();
              const objets = (/** @type {string} */ m) => (r[m]?.result ?? []).map((l) => l.objet);
              ok({ appareil: r.meta.result.find((m) => m.id === "appareil")?.appareil ?? "", attente: objets("operations"), objets: [...objets("operations"), ...objets("recus")] });
            };
          };
        });
      })
      .catch(() => null);
  }

  // --- Screens ---

  /** Reaches a screen whatever is on the way. @param {string} hash @param {(titre: string) => boolean} voulu */
  async atteindre(hash, voulu) {
    const fin = Date.now() + 45_000;
    let vu = "";
    while (Date.now() < fin) {
      vu = await this.titre();
      if (vu === "Appareil effacé" || (this.motif && vu.startsWith("Activer la saisie"))) await this.constater();
      if (voulu(vu)) return;
      if (vu === "Déverrouiller la saisie") await this.entrerCode();
      else if (vu.startsWith("Activer la saisie")) await this.activer();
      else if (vu === "Saisie") {
        // Nobody is known here any more, or the lists never came: one needs the network.
        await this.reconnecter();
      } else if (Object.values(TITRES).includes(vu) || /^(C'est noté|À envoyer|Cet appareil|Plus de place)/.test(vu)) {
        await this.page
          .evaluate((h) => {
            if (location.hash === h) dispatchEvent(new Event("hashchange"));
            else location.hash = h;
          }, hash)
          .catch(() => null);
      } else {
        // « Appareil effacé », an error of the browser, a page of the site.
        if (vu !== "Appareil effacé" && !(await this.page.evaluate(() => !!navigator.serviceWorker?.controller).catch(() => false))) await this.reseau();
        await this.aller(hash);
      }
      await this.page
        .waitForFunction((t) => (document.querySelector("h1")?.textContent ?? t) !== t, vu, { timeout: 1_500 })
        .catch(() => null);
    }
    throw new Error(`écran « ${vu} » :\n${await this.page.locator("body").innerText({ timeout: 2_000 }).catch((e) => String(e))}`);
  }

  /** The network is there, and so is the server. */
  async reseau() {
    this.mandataire.absent = false;
    await this.serveur.deces;
  }

  /** The device says it is erased: nothing is left on it. */
  async constater() {
    if (!this.motif) throw new Error("un appareil que personne n'a révoqué s'est effacé");
    const reste = await this.page.evaluate(async () => (await indexedDB.databases()).map((b) => b.name));
    if (reste.length) throw new Error(`l'appareil effacé garde encore ${reste}`);
    this.mandataire.noter(this.motif === "perdu" ? "appareil perdu, puis effacé" : "appareil retiré, puis effacé");
    this.motif = "";
  }

  async entrerCode() {
    try {
      await this.page.getByLabel("Votre code").fill(CODE, { timeout: 2_000 });
      await this.page.getByRole("button", { name: "Déverrouiller" }).click({ timeout: 2_000 });
      await this.page.waitForFunction(() => document.querySelector("h1")?.textContent !== "Déverrouiller la saisie", undefined, { timeout: 10_000 });
    } catch {
      // The page was loaded again meanwhile.
    }
  }

  async activer() {
    await this.reseau();
    try {
      await this.page.getByLabel("Choisissez un code").fill(CODE, { timeout: 2_000 });
      await this.page.getByLabel("Le même, une seconde fois").fill(CODE, { timeout: 2_000 });
      await this.page.getByRole("button", { name: "Activer la saisie hors connexion" }).click({ timeout: 2_000 });
      const suite = await this.page.waitForFunction(
        () => (document.querySelector("#ecran [role=alert]") ? "refusée" : document.querySelector("h1")?.textContent?.startsWith("Activer") ? "" : "activée"),
        undefined,
        { timeout: 20_000 },
      );
      if ((await suite.jsonValue()) === "refusée") return await this.reconnecter();
      // Installed before the network may go.
      await this.page.evaluate(() => Promise.race([navigator.serviceWorker.ready, new Promise((ok) => setTimeout(ok, 5_000))]));
    } catch {
      // Looked at again.
    }
  }

  /** Signs in through the pages, second factor included. */
  async reconnecter() {
    await this.reseau();
    const { page } = this;
    this.temoins = [];
    await this.vivant.contexte.clearCookies();
    this.serveur.oublierLeCode();
    await page.goto(`${this.adresse}/connexion?suite=/saisie/`);
    await page.getByLabel("Adresse électronique").fill(this.serveur.courriel);
    await page.getByLabel("Mot de passe").fill(this.serveur.motDePasse);
    await page.getByRole("button", { name: "Se connecter" }).click();
    await page.waitForURL(/\/connexion\/code/);
    const secret = await page.locator("[data-code] code, ol code").first().innerText();
    await page.getByLabel("Code", { exact: true }).fill(totp(secret));
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.waitForURL((u) => !u.pathname.startsWith("/connexion"));
    this.temoins = await this.vivant.contexte.cookies();
    await this.aller("");
  }

  temoin() {
    return this.temoins.map((c) => `${c.name}=${c.value}`).join("; ");
  }

  // --- Entries ---

  /** Fills an entry and saves it, as often as the screen is taken away. @param {Saisie} s */
  async saisir(s) {
    for (let essai = 0; ; essai++) {
      try {
        await this.remplir(s);
      } catch (e) {
        if (essai >= 4) throw e;
        continue;
      }
      // An entry cut short may have been kept.
      for (const o of (await this.disque())?.objets ?? []) this.registre.objets.add(o);
      const enregistrer = this.page.getByRole("button", { name: "Enregistrer", exact: true });
      if (s.coupee !== null) {
        this.registre.douteuses.push({ saisie: s, tour: this.tour });
        await Promise.race([enregistrer.click({ noWaitAfter: true, timeout: 2_000 }).catch(() => null), dormir(1_000)]);
        await dormir(s.coupee);
        await this.tuerNavigateur();
        return "coupée";
      }
      const horsLigne = this.mandataire.absent;
      await enregistrer.click({ noWaitAfter: true, timeout: 2_000 }).catch(() => null);
      const vu = await this.page
        .waitForFunction(
          () => {
            const t = document.getElementById("ecran")?.textContent ?? "";
            if (t.includes("Enregistré sur cet appareil")) return "enregistrée";
            if (document.getElementById("resume-erreurs")) return `refusée : ${document.getElementById("resume-erreurs")?.textContent}`;
            return /^Saisir/.test(document.querySelector("h1")?.textContent ?? "") ? "" : "ailleurs";
          },
          undefined,
          { timeout: 10_000 },
        )
        .then((v) => v.jsonValue())
        .catch(() => "ailleurs");
      if (String(vu).startsWith("refusée")) throw new Error(`${vu} ${JSON.stringify(s)}`);
      const d = await this.disque();
      const neufs = (d?.objets ?? []).filter((o) => !this.registre.objets.has(o));
      for (const o of neufs) this.registre.objets.add(o);
      if (vu === "enregistrée" && d && neufs.length === 1) {
        // Said to be lost before this entry: it goes with the device.
        if (this.motif === "perdu") this.registre.abandons.add(neufs[0]);
        this.registre.promettre({ saisie: s, objet: neufs[0], appareil: d.appareil, tour: this.tour });
        if (horsLigne) this.mandataire.noter("saisie hors ligne");
        if (this.decalage) this.mandataire.noter("saisie, horloge décalée");
        return "";
      }
      // The screen went away at that very moment: nobody read that it was kept.
      this.registre.douteuses.push({ saisie: s, tour: this.tour });
      return `douteuse (${vu}, ${neufs.length})`;
    }
  }

  /** @param {Saisie} s */
  async remplir(s) {
    const { page } = this;
    await this.atteindre(s.type === "individuel" ? "#individuel" : "#atelier", (t) => t === TITRES[s.type]);
    // What was kept of an entry cut short is somebody's work, but not this one.
    const reste = () => document.getElementById("ecran")?.textContent?.includes("Vous aviez commencé") || document.querySelector('input[name="c-thematiques"]:checked');
    if (await page.evaluate(`!!(${reste})()`)) {
      await page.getByRole("button", { name: "Effacer et recommencer" }).click({ timeout: 2_000 });
      await page.waitForFunction(`!(${reste})()`, undefined, { timeout: 5_000 });
    }
    await page.locator("form.saisie details").evaluateAll((v) => v.forEach((e) => e.setAttribute("open", "")));
    const cocher = (/** @type {string} */ nom, /** @type {string} */ valeur) => page.locator(`input[name="${nom}"][value="${valeur}"]`).check({ timeout: 2_000, force: true });
    const ecrire = (/** @type {string} */ id, /** @type {string} */ t) => page.locator(`#${id}`).fill(t, { timeout: 2_000, force: true });
    await ecrire("c-date", s.date);
    await ecrire("autre-duree", String(s.duree));
    for (const t of s.thematiques) await cocher("c-thematiques", t);
    if (s.type === "individuel") {
      if (s.genre) await cocher("c-anonyme-genre", s.genre);
      if (s.tranche) await cocher("c-anonyme-tranche", s.tranche);
    } else {
      await ecrire("c-anonymes-total", String(s.total));
      if (s.genre) await ecrire(`c-anonymes-genre-${s.genre}`, String(s.total));
    }
    if (s.notes) await ecrire("c-notes", s.notes);
  }

  /** Everything is back: the queue empties, and a device taken away is erased. */
  async vider() {
    await this.reseau();
    const fin = Date.now() + 60_000;
    while (Date.now() < fin) {
      const revoque = this.motif !== "";
      await this.atteindre("#file", (x) => x.startsWith("À envoyer") || x.startsWith("Activer la saisie"));
      if (revoque && !this.motif) return;
      const n = await enAttente(this.page).catch(() => -1);
      if (n === 0 && !revoque) return;
      const main = await this.page.locator("main").innerText({ timeout: 2_000 }).catch(() => "");
      if (/À corriger\.|À arbitrer\./.test(main)) throw new Error(`le service refuse une saisie :\n${main}`);
      if (/Reconnectez-vous/.test(main)) await this.reconnecter();
      else if (n > 0) await this.page.getByRole("button", { name: "Envoyer maintenant" }).click({ timeout: 1_000 }).catch(() => null);
      else if (n === 0) await this.aller("");
      await this.page
        .waitForFunction(() => /^(À envoyer \(0\)|Appareil effacé)/.test(document.querySelector("h1")?.textContent ?? ""), undefined, { timeout: 1_500 })
        .catch(() => null);
    }
    throw new Error(`la file ne se vide pas :\n${await this.page.locator("main").innerText({ timeout: 2_000 }).catch((e) => String(e))}`);
  }

  /** Rewrites the queue as the first version of the entry left it. @returns {Promise<number>} operations rewritten */
  async vieillir() {
    await this.fermerOnglets();
    await this.aller("");
    await this.page.locator("h1", { hasText: "Déverrouiller" }).waitFor({ timeout: 5_000 });
    const modules = await this.page.evaluate(() => /** @type {HTMLScriptElement} */ (document.querySelector("script[type=module]")).src.replace(/[^/]+$/, ""));
    const n = await this.page.evaluate(revenirEnVersion1, { code: CODE, modules });
    await this.page.reload({ waitUntil: "commit" }).catch(() => null);
    return n;
  }
}
