// The release page in Firefox gives the command line's digest. No driver: a page beside the release page holds it in a
// frame, reads the digest once it is there, and posts it to the server. Without a Firefox the test is skipped and says so.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { digestOf, root } from "./browser.mjs";
import { serve } from "./server.mjs";

const firefox = process.env.FIREFOX;
/** How long the browser may take to start and to simulate. */
const PATIENCE_MS = 180_000;

const watcher = `<!doctype html><title>watcher</title><iframe src="./?workers=2" width="1280" height="800"></iframe>
<script>
  const frame = document.querySelector("iframe");
  const post = (what) => fetch("watched", { method: "POST", body: JSON.stringify(what) });
  const timer = setInterval(() => {
    const find = (hook) => frame.contentDocument?.querySelector(hook);
    const digest = find('[data-testid="digest"][data-current="true"]');
    const note = find("#boot-note:not([hidden])");
    if (!digest && !note) return;
    clearInterval(timer);
    const command = find('[data-testid="command"]')?.textContent;
    post(digest ? { digest: digest.textContent.trim(), command, agent: navigator.userAgent } : { failed: note.dataset.why });
  }, 50);
</script>`;

test("Firefox gives the command line's digest", { skip: firefox ? false : "skipped: no Firefox" }, async (t) => {
  let told;
  const told_at_last = new Promise((resolve) => { told = resolve; });
  const server = await serve(process.env.DIST ?? join(root, "dist"), {
    also: async (request, response) => {
      const { pathname } = new URL(request.url, "http://localhost");
      if (pathname === "/watcher.html") {
        response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(watcher);
        return true;
      }
      if (pathname !== "/watched" || request.method !== "POST") return false;
      let body = "";
      for await (const chunk of request) body += chunk;
      response.writeHead(204).end();
      told(JSON.parse(body));
      return true;
    },
  });
  const profile = mkdtempSync(join(tmpdir(), "plimsoll-firefox-"));
  const child = spawn(firefox, ["--headless", "--no-remote", "--profile", profile, `${server.url}watcher.html`], { stdio: "ignore" });
  const gone = new Promise((resolve) => { child.once("exit", (code) => resolve({ failed: `Firefox ended with ${code}` })); });
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(() => resolve({ failed: "no digest in time" }), PATIENCE_MS); });
  try {
    const seen = await Promise.race([told_at_last, gone, late]);
    assert.equal(seen.failed, undefined);
    t.diagnostic(seen.agent);
    assert.match(seen.agent, /Firefox/);
    assert.match(seen.command, /--tier t100 --seed 1$/);
    assert.equal(seen.digest, digestOf(seen.command));
  } finally {
    clearTimeout(timer);
    child.kill();
    await gone;
    await server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
