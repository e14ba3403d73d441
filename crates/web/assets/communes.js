// Completes commune fields from /api/communes. Without it the field is plain
// text and the server resolves what was typed.

/** @param {HTMLInputElement} champ */
function completer(champ) {
  const liste = document.getElementById(champ.getAttribute("list") ?? "");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let attente;
  champ.addEventListener("input", () => {
    clearTimeout(attente);
    const texte = champ.value.trim();
    if (!liste || texte.length < 2) return;
    attente = setTimeout(async () => {
      try {
        const reponse = await fetch(`/api/communes?q=${encodeURIComponent(texte)}`);
        if (!reponse.ok || champ.value.trim() !== texte) return;
        /** @type {{code: string, libelle: string}[]} */
        const communes = await reponse.json();
        liste.replaceChildren(
          ...communes.map(({ libelle }) => {
            const option = document.createElement("option");
            option.value = libelle;
            return option;
          }),
        );
      } catch {
        // No network: the field stays a plain text field.
      }
    }, 150);
  });
}

for (const champ of document.querySelectorAll("input[data-communes]")) {
  completer(/** @type {HTMLInputElement} */ (champ));
}
