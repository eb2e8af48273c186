// Times the simulator and the page in Chromium: node web.mjs BENCH.wasm NATIVE DIST [ROUNDS]
// Prints tables; passes and fails nothing. `make bench-web` builds what it needs.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { by, simulated, start } from "../web/browser.mjs";
import { serve } from "../web/server.mjs";

const [wasm, native, dist] = process.argv.slice(2);
const rounds = Number(process.argv[5] ?? 7);
const names = { 1: "M/M/8 at 0.9", 2: "web stack" };

const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.ceil(q * list.length) - 1)];
const median = (list) => quantile(list, 0.5);
const number = (x, digits = 2) => x.toFixed(digits).padStart(9);

/** The same measurement as src/native.rs, in a page. */
async function inPage(rounds) {
  const module = await WebAssembly.compileStreaming(fetch("bench.wasm"));
  // Libraries of the crate ask for functions of a browser that nothing here calls.
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = kind === "function" ? () => { throw new Error(`${name} was called`); } : undefined;
  }
  const instance = await WebAssembly.instantiate(module, imports);
  const { run, wait, closed_form, answer, hours } = instance.exports;
  const timed = (work) => {
    const start = performance.now();
    const out = work();
    return [out, performance.now() - start];
  };
  const jobs = [];
  for (const job of [1, 2]) {
    for (const engine of [0, 1]) run(engine, job, 0);
    const [times, events, waits] = [[[], []], [0, 0], [0, 0]];
    for (let round = 1; round <= rounds; round += 1) {
      for (const engine of [0, 1]) {
        const [n, ms] = timed(() => run(engine, job, round));
        waits[engine] += wait() / rounds;
        events[engine] += n / rounds;
        times[engine].push(ms);
      }
    }
    jobs.push({ job, bare: times[0], ours: times[1], events, waits, closed: closed_form(job) });
  }
  // The first calls run before the browser has optimised the code: they count, as an edit after loading meets them.
  const all = (work) => Array.from({ length: 40 }, () => timed(work)[1]);
  return { jobs, answer: all(answer), hours: all(hours), tiers: answer(), states: hours() };
}

const there = JSON.parse(execFileSync(native, [String(rounds)], { encoding: "utf8" }));
const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
copyFileSync(wasm, join(folder, "bench.wasm"));
writeFileSync(join(folder, "index.html"), "<!doctype html><title>bench</title><link rel=icon href=data:,>");
const server = await serve(folder);
const site = await start({ dist });
try {
  const page = await site.open();
  await page.goto(server.url);
  const here = await page.evaluate(inPage, rounds);
  await page.context().close();

  console.log(`${availableParallelism()} cores, ${rounds} rounds, engines in turn; medians of the rounds, wall clock\n`);
  console.log("job            engine     native Mev/s  wasm Mev/s  wasm/native   mean wait (closed form)");
  for (const [at, job] of here.jobs.entries()) {
    for (const [nth, engine] of ["bare", "ours"].entries()) {
      const rate = (run) => run.events[nth] / median(run[engine]) / 1e3;
      const [n, w] = [rate(there.jobs[at]), rate(job)];
      console.log(`${names[job.job].padEnd(15)}${engine.padEnd(10)}${number(n)}    ${number(w)}    ${number(w / n)}    ${number(job.waits[nth], 4)} (${job.closed.toFixed(4)})`);
    }
    // Within a round both engines meet the same machine: the ratio of a round is steadier than either time.
    const share = (run) => median(run.bare.map((ms, round) => (ms / run.ours[round]) * (run.events[1] / run.events[0])));
    const [n, w] = [share(there.jobs[at]), share(job)];
    console.log(`               ours/bare ${number(n)}    ${number(w)}    ours loses ${w >= n ? "no more" : "more"} than the bare loop by going to wasm (${(w / n).toFixed(2)})\n`);
  }
  const say = (what, list) => console.log(`${what.padEnd(62)} p50 ${number(quantile(list, 0.5), 1)} ms   p95 ${number(quantile(list, 0.95), 1)} ms   first ${number(list[0], 1)} ms`);
  say(`analytic answer as after an edit, ${here.tiers} tiers, Chromium`, here.answer);
  say("  the same natively", there.answer);
  say(`steady states from the text, ${here.states} = tiers x 24 hours, Chromium`, here.hours);
  say("  the same natively", there.hours);

  // The judged hour of the 1,000-tenant tier in the page, by a single worker and by as many as there are cores.
  const pool = {};
  for (let round = 0; round < 3; round += 1) {
    for (const query of ["?workers=1", ""]) {
      const page = await site.open({ query });
      const digest = await simulated(page);
      const clicked = performance.now();
      await by(page, "tier-t1000").click();
      await page.waitForFunction((old) => {
        const shown = document.querySelector('[data-testid="digest"][data-current="true"]');
        return shown && shown.innerText.trim() !== old;
      }, digest, { polling: "raf", timeout: 300_000 });
      (pool[query] ??= []).push(performance.now() - clicked);
      await page.context().close();
    }
  }
  say("page: t1000 simulated, one worker", pool["?workers=1"]);
  say("page: t1000 simulated, a worker per core", pool[""]);

  const [first, edits, kills] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const page = await site.open();
    await page.waitForFunction(() => document.querySelector('[data-testid="chip-api"]')?.dataset.verdict, undefined, { polling: "raf" });
    first.push(performance.now() - page.started);
    await simulated(page);
    await by(page, "tab-file").click();
    await by(page, "file-editor").waitFor();
    // An edit that changes verdicts: the chips follow in the same turn of the event loop or in the next frame.
    edits.push(...await page.evaluate(async () => {
      const area = document.querySelector('[data-testid="file-editor"]');
      const told = () => [...document.querySelectorAll(".chip")].map((chip) => chip.innerText).join();
      const original = area.value;
      const times = [];
      for (const text of [original.replace("replicas = 3", "replicas = 1"), original]) {
        const before = told();
        area.value = text;
        const start = performance.now();
        area.dispatchEvent(new Event("change", { bubbles: true })); // leaving the editor: no rest for further typing
        while (told() === before) await new Promise(requestAnimationFrame);
        times.push(performance.now() - start);
      }
      return times;
    }));
    const clicked = performance.now();
    await by(page, "kill-zone-tokyo-a").click();
    await by(page, "outage").waitFor();
    kills.push(performance.now() - clicked);
    await page.context().close();
  }
  say("page: from the address to the first verdict", first);
  say("page: from an edit to the changed verdicts on the screen", edits);
  say("page: from the click on a zone to its outage on the screen", kills);
} finally {
  await site.close();
  await server.close();
  rmSync(folder, { recursive: true });
}
