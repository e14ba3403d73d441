// Service worker of /saisie/: keeps the shell under one hash, nothing else.
// The server writes self.VERSION and self.FICHIERS above this text.
// @ts-nocheck
const CACHE = `saisie-${self.VERSION}`;

self.addEventListener("install", (e) => {
  e.waitUntil(caches.open(CACHE).then((c) => c.addAll(self.FICHIERS.map((f) => new Request(f, { cache: "reload" })))));
});

self.addEventListener("activate", (e) => {
  e.waitUntil(
    caches
      .keys()
      .then((noms) => Promise.all(noms.filter((n) => n.startsWith("saisie-") && n !== CACHE).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

// A new version waits until no form is being filled: the page says when.
self.addEventListener("message", (e) => {
  if (e.data === "activer") self.skipWaiting();
});

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  const chemin = e.request.mode === "navigate" && url.pathname === "/saisie/" ? "/saisie/" : url.pathname;
  if (!self.FICHIERS.includes(chemin)) return;
  e.respondWith(caches.open(CACHE).then((c) => c.match(chemin)).then((r) => r ?? fetch(e.request)));
});
