// Turns <div id="carte" data-lieux="…geojson" data-fond="…geojson"> into a map.
// What the server drew there (a list and an SVG) stays when anything is missing.
// Points and clusters are real buttons, so a keyboard reaches them; elements
// carrying data-lieu="<id>" (the list beside) answer to the map and lead to it.
//
// Feature properties read: id, nom, adresse, lien (all optional but nom).

/** @import * as MapLibre from "maplibre-gl" */
/** @typedef {GeoJSON.Feature<GeoJSON.Point, Record<string, any>>} Lieu */

// In the address, so that a cached copy of another version is never taken.
const VERSION = "6.17.0";
const GRAPPES_JUSQUA = 13;

/** @param {string} nom */
const vendor = (nom) => new URL(`vendor/${nom}?v=${VERSION}`, import.meta.url).href;

/** @param {string} jeton */
const couleur = (jeton) => getComputedStyle(document.documentElement).getPropertyValue(`--${jeton}`).trim();

const LOCALE = {
  "AttributionControl.ToggleAttribution": "Afficher les sources",
  "Map.Title": "Carte des lieux",
  "Marker.Title": "Lieu",
  "NavigationControl.ZoomIn": "Agrandir",
  "NavigationControl.ZoomOut": "Réduire",
  "Popup.Close": "Fermer",
  "CooperativeGesturesHandler.WindowsHelpText": "Ctrl + molette pour agrandir la carte",
  "CooperativeGesturesHandler.MacHelpText": "⌘ + molette pour agrandir la carte",
  "CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
};

/** Sea, land and départements in the colours of the theme.
 * @param {string | GeoJSON.GeoJSON} fond
 * @returns {MapLibre.StyleSpecification} */
function style(fond) {
  return {
    version: 8,
    sources: { fond: { type: "geojson", data: fond, attribution: "Contours : IGN" } },
    layers: [
      { id: "mer", type: "background", paint: { "background-color": couleur("info-fond") } },
      { id: "terre", type: "fill", source: "fond", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": couleur("fond") } },
      { id: "limites", type: "line", source: "fond", paint: { "line-color": couleur("bord"), "line-opacity": 0.55, "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.5, 10, 1.5] } },
    ],
  };
}

/** @param {string} nom @param {string} classe @param {string} [texte] */
function element(nom, classe, texte) {
  const e = document.createElement(nom);
  if (classe) e.className = classe;
  if (texte) e.textContent = texte;
  return e;
}

/** @param {Record<string, any>} p */
function bulle(p) {
  const corps = element("div", "");
  const titre = element("p", "");
  if (p.lien) {
    const a = element("a", "", p.nom);
    a.setAttribute("href", p.lien);
    titre.append(a);
  } else titre.append(element("strong", "", p.nom));
  corps.append(titre);
  if (p.adresse) corps.append(element("p", "discret", p.adresse));
  return corps;
}

/** @param {Lieu[]} lieux @returns {[number, number, number, number]} */
function cadre(lieux) {
  const bornes = /** @type {[number, number, number, number]} */ ([Infinity, Infinity, -Infinity, -Infinity]);
  for (const { geometry: { coordinates: [x, y] } } of lieux) {
    bornes[0] = Math.min(bornes[0], x);
    bornes[1] = Math.min(bornes[1], y);
    bornes[2] = Math.max(bornes[2], x);
    bornes[3] = Math.max(bornes[3], y);
  }
  return bornes;
}

const METROPOLE = /** @type {[number, number, number, number]} */ ([-5.2, 41.3, 9.6, 51.1]);

/** Where to look first: all the places, or the mainland when they span oceans.
 * @param {Lieu[]} lieux */
function depart(lieux) {
  const [ouest, sud, est, nord] = METROPOLE;
  if (lieux.length === 0) return METROPOLE;
  const tout = cadre(lieux);
  if (tout[2] - tout[0] < 20) return tout;
  const proches = lieux.filter(({ geometry: { coordinates: [x, y] } }) => x > ouest && x < est && y > sud && y < nord);
  return proches.length ? cadre(proches) : tout;
}

/** @param {HTMLElement} hote */
async function animer(hote) {
  const feuille = element("link", "");
  feuille.setAttribute("rel", "stylesheet");
  feuille.setAttribute("href", vendor("maplibre-gl.css"));
  /** @type {[typeof MapLibre, GeoJSON.FeatureCollection<GeoJSON.Point, Record<string, any>>, unknown]} */
  const [{ Map, Marker, Popup, NavigationControl, setWorkerUrl }, lieux] = await Promise.all([
    import(vendor("maplibre-gl.mjs")),
    fetch(hote.dataset.lieux ?? "").then((r) => (r.ok ? r.json() : Promise.reject(new Error(String(r.status))))),
    new Promise((ok, ko) => {
      feuille.addEventListener("load", ok);
      feuille.addEventListener("error", ko);
      document.head.append(feuille);
    }),
  ]);
  setWorkerUrl(vendor("maplibre-gl-worker.mjs"));

  const dessin = [...hote.childNodes];
  const zone = element("div", "");
  hote.replaceChildren(zone);
  hote.classList.add("carte-active");
  /** @type {MapLibre.Map} */
  let carte;
  try {
    carte = new Map({
      container: zone, style: style(new URL(hote.dataset.fond ?? "", location.href).href), locale: LOCALE,
      bounds: depart(lieux.features), fitBoundsOptions: { padding: 40, maxZoom: 9 }, maxZoom: 17, minZoom: 1,
      cooperativeGestures: true, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      fadeDuration: 0, attributionControl: { compact: true },
    });
  } catch (e) {
    // No WebGL: the drawing comes back.
    hote.classList.remove("carte-active");
    hote.replaceChildren(...dessin);
    throw e;
  }
  carte.touchZoomRotate.disableRotation();
  carte.keyboard.disableRotation();
  carte.addControl(new NavigationControl({ showCompass: false }), "top-right");
  await new Promise((ok) => carte.once("load", ok));
  carte.addSource("lieux", { type: "geojson", data: lieux, cluster: true, clusterMaxZoom: GRAPPES_JUSQUA, clusterRadius: 55 });
  // Querying a source needs a layer that uses it; the buttons are what is seen.
  carte.addLayer({ id: "lieux", type: "circle", source: "lieux", paint: { "circle-radius": 1, "circle-opacity": 0 } });

  const calme = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** @type {globalThis.Map<string, MapLibre.Marker>} */
  const visibles = new globalThis.Map();
  const popup = new Popup({ offset: 16, maxWidth: "18rem" });
  let choisi = "";

  /** @param {string} id */
  const marquer = (id) => {
    choisi = id;
    for (const [cle, m] of visibles) {
      if (cle.startsWith("l")) m.getElement().setAttribute("aria-expanded", String(cle === `l${id}`));
    }
    for (const e of document.querySelectorAll("[data-lieu]")) {
      e.classList.toggle("choisi", e.getAttribute("data-lieu") === id);
    }
  };
  popup.on("close", () => marquer(""));

  /** @param {Lieu} lieu @param {boolean} [dansLaListe] */
  const ouvrir = (lieu, dansLaListe = true) => {
    popup.setLngLat(/** @type {[number, number]} */ (lieu.geometry.coordinates)).setDOMContent(bulle(lieu.properties)).addTo(carte);
    marquer(String(lieu.properties.id ?? lieu.properties.nom));
    if (dansLaListe) document.querySelector("[data-lieu].choisi")?.scrollIntoView({ block: "nearest" });
  };

  /** @param {Lieu} f @param {string} cle */
  const bouton = (f, cle) => {
    const p = f.properties;
    const b = /** @type {HTMLButtonElement} */ (element("button", p.cluster ? "carte-grappe" : "carte-point"));
    b.type = "button";
    if (p.cluster) {
      b.textContent = new Intl.NumberFormat("fr-FR").format(p.point_count);
      b.classList.toggle("grande", p.point_count >= 100);
      b.setAttribute("aria-label", `${b.textContent} lieux ici, agrandir`);
      b.addEventListener("click", async () => {
        const source = /** @type {MapLibre.GeoJSONSource} */ (carte.getSource("lieux"));
        const zoom = await source.getClusterExpansionZoom(p.cluster_id);
        carte.easeTo({ center: /** @type {[number, number]} */ (f.geometry.coordinates), zoom, duration: calme ? 0 : 150 });
        carte.getCanvas().focus({ preventScroll: true });
      });
    } else {
      b.setAttribute("aria-label", p.nom);
      b.setAttribute("aria-expanded", String(cle === `l${choisi}`));
      b.addEventListener("click", (e) => {
        e.stopPropagation();
        ouvrir(f);
      });
    }
    return new Marker({ element: b }).setLngLat(/** @type {[number, number]} */ (f.geometry.coordinates)).addTo(carte);
  };

  const poser = () => {
    if (!carte.isSourceLoaded("lieux")) return;
    const vus = new Set();
    for (const f of /** @type {Lieu[]} */ (/** @type {unknown} */ (carte.querySourceFeatures("lieux")))) {
      if (!carte.getBounds().contains(/** @type {[number, number]} */ (f.geometry.coordinates))) continue;
      const cle = f.properties.cluster ? `g${f.properties.cluster_id}` : `l${f.properties.id ?? f.properties.nom}`;
      vus.add(cle);
      if (!visibles.has(cle)) visibles.set(cle, bouton(f, cle));
    }
    for (const [cle, m] of visibles) {
      if (vus.has(cle)) continue;
      m.remove();
      visibles.delete(cle);
    }
  };
  carte.on("moveend", poser);
  carte.on("sourcedata", (e) => {
    if (e.sourceId === "lieux") poser();
  });
  carte.on("idle", () => {
    poser();
    hote.dataset.prete = "";
  });

  /** @type {globalThis.Map<string, Lieu>} */
  const parId = new globalThis.Map(lieux.features.map((f) => [String(f.properties.id), f]));
  for (const e of document.querySelectorAll("[data-lieu]")) {
    const lieu = parId.get(e.getAttribute("data-lieu") ?? "");
    if (!lieu) continue;
    const b = /** @type {HTMLButtonElement} */ (element("button", "lien", "Voir sur la carte"));
    b.type = "button";
    const nom = element("span", "sr", ` : ${lieu.properties.nom}`);
    b.append(nom);
    b.addEventListener("click", () => {
      hote.scrollIntoView({ block: "nearest" });
      carte.jumpTo({ center: /** @type {[number, number]} */ (lieu.geometry.coordinates), zoom: Math.max(carte.getZoom(), 11) });
      ouvrir(lieu, false);
    });
    e.append(b);
  }

  // The colours follow the system while the page is open.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    carte.setPaintProperty("mer", "background-color", couleur("info-fond"));
    carte.setPaintProperty("terre", "fill-color", couleur("fond"));
    carte.setPaintProperty("limites", "line-color", couleur("bord"));
  });
}

const hote = document.getElementById("carte");
if (hote?.dataset.lieux && hote.dataset.fond) {
  animer(hote).catch((e) => console.info("Carte interactive indisponible, la liste reste :", e));
}
