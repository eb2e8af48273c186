// The pool of workers and long runs: who simulates does not show in the digest, a helper that is missing or lost holds
// nothing up, and a month is run with progress, stopped, and marked as what it is. No step waits for a fixed time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { by, digestOf, simulated, start, visits } from "./browser.mjs";

// A page that asks for seven workers gets the first one only: the server refuses the script to the others.
const started = {};
const also = async (request, response) => {
  const n = /worker-boot\.js.*workers=(\d+)/.exec(request.url)?.[1];
  if (!n) return false;
  started[n] = (started[n] ?? 0) + 1;
  const refused = n === "7" && started[n] > 1;
  if (refused) response.writeHead(404).end();
  return refused;
};

let site;
before(async () => { site = await start({ also }); });
after(async () => { await site?.close(); });

const visit = visits(() => site);

const state = (page, ...states) =>
  page.locator(states.map((state) => `[data-testid="run-state"][data-state="${state}"]`).join(", ")).waitFor({ timeout: 60_000 });

let expected;
for (const n of [1, 2, 4]) {
  visit(`${n === 1 ? "one worker gives" : `${n} workers give`} the command line's digest`, { query: `?workers=${n}` }, async (page, t) => {
    const shown = await simulated(page);
    expected ??= digestOf(await by(page, "command").innerText());
    assert.equal(shown, expected);
    t.diagnostic(`simulated after ${Math.round(performance.now() - page.started)} ms`);
    // A fault, and after it another tier: new jobs for the same helpers.
    await by(page, "kill-zone-tokyo-a").click();
    await page.locator('[data-testid="outage"][data-standing="simulated"]').waitFor({ timeout: 120_000 });
    assert.equal(await simulated(page), digestOf(await by(page, "command").innerText()));
    assert.equal(started[n], n, "as many workers as asked for, through all jobs");
  });
}

test("helpers that do not start hold nothing up", async () => {
  const page = await site.open({ query: "?workers=7" });
  assert.equal(await simulated(page), expected);
  assert.equal(started[7], 7, "six helpers were refused");
  await page.context().close();
});

visit("a day is the command line's day", { query: "?workers=2", hash: "#example=one-queue" }, async (page) => {
  await simulated(page);
  await by(page, "run-length").selectOption("day");
  await state(page, "preview");
  await by(page, "run-button").click();
  const shown = await simulated(page, 240_000);
  const command = await by(page, "command").innerText();
  assert.match(command, /one-queue\.toml --tier base --seed 1 --duration 1d --replications 4$/);
  assert.equal(shown, digestOf(command));
});

visit("a month of the 1,000-tenant tier shows progress, stops, and says that it was stopped", { query: "?workers=2" }, async (page, t) => {
  await simulated(page);
  await by(page, "tier-t1000").click();
  await by(page, "run-length").selectOption("month");
  assert.match(await by(page, "command").innerText(), /--tier t1000 --seed 1 --duration 30d --replications 4$/);
  await state(page, "preview", "partial");
  await by(page, "run-button").click();
  await state(page, "running");
  const progress = () => page.locator('[data-testid="run-state"] progress').evaluate((bar) => bar.value);
  const moved = (from) =>
    page.waitForFunction((from) => document.querySelector('[data-testid="run-state"] progress')?.value > from, from, { timeout: 180_000 });
  await moved(0);
  const first = await progress();
  await moved(first);
  t.diagnostic(`at ${await progress()} %`);
  await by(page, "run-button").evaluate((button) => button.click());
  await state(page, "partial");
  assert.equal(await page.locator('[data-testid="digest"][data-current="true"]').count(), 0, "a partial run has no digest");
  const chip = by(page, "chip-api");
  assert.ok(await chip.getAttribute("data-verdict"), "what there is is shown");
  // Back to the hour: that is simulated by itself again.
  await by(page, "run-length").selectOption("hour");
  await simulated(page);
});
