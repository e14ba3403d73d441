// A Chromium of our own, on a profile that stays, which can be killed.
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** @typedef {{ page: import("playwright-core").Page, contexte: import("playwright-core").BrowserContext, tuer: () => Promise<void>, fermer: () => Promise<void> }} Vivant */

/** @param {string} profil @param {string} url @returns {Promise<Vivant>} */
export async function lancer(profil, url) {
  const temoin = join(profil, "DevToolsActivePort");
  for (const verrou of ["DevToolsActivePort", "SingletonLock", "SingletonCookie", "SingletonSocket"]) rmSync(join(profil, verrou), { force: true });
  const options = ["--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0", `--user-data-dir=${profil}`, "--lang=fr", "about:blank"];
  const processus = spawn(process.env.CHROMIUM ?? "/usr/bin/chromium", options, { stdio: "ignore", detached: true, env: { ...process.env, TZ: "Europe/Paris" } });
  const mort = new Promise((ok) => processus.once("exit", ok));
  let port = "";
  for (let i = 0; i < 400 && !port; i++) {
    try {
      port = readFileSync(temoin, "utf8").split("\n")[0];
    } catch {
      await new Promise((ok) => setTimeout(ok, 50));
    }
  }
  const navigateur = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const contexte = navigateur.contexts()[0];
  const page = contexte.pages()[0] ?? (await contexte.newPage());
  page.setDefaultTimeout(20_000);
  const signal = async (/** @type {NodeJS.Signals} */ s) => {
    try {
      process.kill(-Number(processus.pid), s);
    } catch {
      // Already gone.
    }
    await mort;
  };
  await page.goto(url).catch(() => null);
  return {
    page,
    contexte,
    tuer: () => signal("SIGKILL"),
    fermer: async () => {
      await navigateur.close().catch(() => null);
      await signal("SIGTERM");
    },
  };
}
