// Before the first paint: theme and language as chosen, or as the browser says. After it: the program.
"use strict";
(() => {
  const root = document.documentElement;
  const stored = (key) => {
    try { return JSON.parse(localStorage.getItem("plimsoll." + key)); } catch { return null; }
  };
  const settings = stored("settings") || {};
  root.lang = settings.lang || ((navigator.language || "en").toLowerCase().startsWith("ja") ? "ja" : "en");
  if (settings.theme === "light" || settings.theme === "dark") root.dataset.theme = settings.theme;

  const missing = (why) => {
    const note = document.getElementById("boot-note");
    if (note) { note.hidden = false; note.dataset.why = String(why); }
  };
  addEventListener("DOMContentLoaded", async () => {
    const app = document.getElementById("plimsoll-app");
    if (!app) return missing("no program");
    // The name of the program holds a hash of it: the worker is asked for under the same stamp.
    root.dataset.build = (app.dataset.js.match(/-([0-9a-f]+)\.js$/) || ["", "dev"])[1];
    try {
      const program = await import(new URL(app.dataset.js, document.baseURI).href);
      await program.default({ module_or_path: new URL(app.dataset.wasm, document.baseURI).href });
    } catch (why) { missing(why); }
  });
})();
