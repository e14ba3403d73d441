// Small conveniences of every page: the menu folds itself on narrow screens,
// a form is sent once, and the summary of errors takes focus.

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
