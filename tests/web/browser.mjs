// What the browser tests share: the release page behind a local server, Chromium, and a page whose errors are kept.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
/** Top of the repository. */
export const root = join(here, "../..");
const shots = join(here, "shots");

/** Starts server and browser; `dist` is the folder of the built page. Resolves to `{ url, open, close }`. */
export async function start({ dist = process.env.DIST ?? join(root, "dist"), base = "/", also } = {}) {
  if (!process.env.CHROMIUM) throw new Error("CHROMIUM is not set: run these tests by `make test-web`");
  const server = await serve(dist, { base, also });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"],
  });
  /** A page of its own, with nothing stored; `page.errors` fills with whatever goes wrong on it. */
  const open = async ({ lang = "en", theme = "light", width = 1280, height = 800, hash = "", query = "", motion = "reduce" } = {}) => {
    const context = await browser.newContext({
      locale: lang === "ja" ? "ja-JP" : "en-US",
      colorScheme: theme,
      viewport: { width, height },
      reducedMotion: motion,
      serviceWorkers: "block",
    });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    page.errors = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) page.errors.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => page.errors.push(`thrown: ${error.message}`));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // A page that is left or loaded anew no longer waits for the scripts of its workers.
      if (why === "net::ERR_ABORTED" && /\/worker(-boot|_bg)?\.(js|wasm)\?/.test(request.url())) return;
      page.errors.push(`failed: ${request.url()} ${why}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) page.errors.push(`${response.status()}: ${response.url()}`);
    });
    page.started = performance.now();
    await page.goto(server.url + query + hash);
    return page;
  };
  const close = async () => {
    await browser.close();
    await server.close();
  };
  return { url: server.url, open, close };
}

/** The element with this hook. */
export const by = (page, id) => page.locator(`[data-testid="${id}"]`);

/** Waits until the page has simulated what it shows; returns the digest. */
export async function simulated(page, timeout = 120_000) {
  await page.locator('[data-testid="run-state"][data-state="done"]').waitFor({ timeout });
  const digest = page.locator('[data-testid="digest"][data-current="true"]');
  await digest.waitFor({ timeout });
  return (await digest.innerText()).trim();
}

/** The digest that the command line gives for the command that a page shows: the one that the native tests have built. */
export function digestOf(command) {
  const binary = join(root, "target/debug/plimsoll");
  const args = [...command.trim().split(" ").slice(1), "--format", "json"];
  return JSON.parse(execFileSync(binary, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 })).digest;
}

/** A way to write tests: each is a visit on a page of its own, and whatever the console said is a failure. */
export function visits(site) {
  return (name, options, steps) =>
    test(name, async (t) => {
      const page = await site().open(options);
      try {
        await steps(page, t);
        assert.deepEqual(page.errors, [], "the console stays quiet");
      } catch (error) {
        await shoot(page, `failed-${name.replace(/\W+/g, "-")}`);
        throw error;
      } finally {
        await page.context().close();
      }
    });
}

/** Keeps a picture of the page. */
export async function shoot(page, name, options = {}) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), ...options });
}
