// Small conveniences of every page: the menu folds itself on narrow screens,
// a form is sent once, the summary of errors takes focus, and what waits on
// this device to be sent is counted without opening it.

const menu = document.querySelector("details.menu-repli");
const large = matchMedia("(min-width: 60rem)");
const plier = () => menu?.toggleAttribute("open", large.matches);
plier();
large.addEventListener("change", plier);

for (const formulaire of document.querySelectorAll('form[method="post"]')) {
  formulaire.addEventListener("submit", (evenement) => {
    if (formulaire.hasAttribute("data-envoye")) {
      evenement.preventDefault();
      return;
    }
    formulaire.setAttribute("data-envoye", "");
  });
}
addEventListener("pageshow", () => {
  for (const f of document.querySelectorAll("form[data-envoye]")) f.removeAttribute("data-envoye");
});

document.getElementById("resume-erreurs")?.focus();

// What waits on this device to be sent: said on every page, and before leaving.
const compte = document.querySelector("nav.compte");
if (compte && !location.pathname.startsWith("/saisie")) enAttente();

async function enAttente() {
  const bases = (await indexedDB.databases?.().catch(() => null)) ?? [];
  const noms = bases.flatMap((b) => (b.name?.startsWith("saisie-") ? [b.name] : []));
  if (!noms.length) return;
  let n = 0;
  for (const nom of noms) n += await compter(nom);
  const lien = document.createElement("a");
  lien.href = "/saisie/#file";
  lien.textContent = `À envoyer (${n})`;
  compte?.prepend(lien);
  if (!n) return;
  const titre = document.querySelector("main h1");
  if (titre && /^\/(activites|statistiques)$/.test(location.pathname)) {
    const p = document.createElement("p");
    p.textContent = `+ ${n} en attente sur cet appareil`;
    titre.after(p);
  }
  document.querySelector('form[action="/deconnexion"]')?.addEventListener("submit", (e) => {
    e.preventDefault();
    location.href = "/saisie/#quitter";
  });
}

/** @param {string} nom @returns {Promise<number>} */
function compter(nom) {
  return new Promise((ok) => {
    const d = indexedDB.open(nom);
    d.onerror = () => ok(0);
    d.onsuccess = () => {
      const base = d.result;
      base.onversionchange = () => base.close();
      const c = base.transaction("operations").objectStore("operations").count();
      c.onerror = () => ok(0);
      c.onsuccess = () => {
        base.close();
        ok(c.result);
      };
    };
  });
}
