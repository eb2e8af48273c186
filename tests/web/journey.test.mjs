// One visit to the release page, as somebody would make it: read the verdicts, change the load, kill a zone, edit a
// value, break the file, switch language and theme, and do it all by keyboard. No step waits for a fixed time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { by, digestOf, shoot, simulated, start, visits } from "./browser.mjs";

const ROLES = ["api", "ai", "uptime", "rto", "rpo", "cost"];
const VERDICTS = { pass: "pass", fail: "fail", unsure: "unsure" };

let site;
before(async () => { site = await start(); });
after(async () => { await site?.close(); });

const visit = visits(() => site);

/** The words of every chip. */
const strip = (page) => Promise.all(ROLES.map((role) => by(page, `chip-${role}`).innerText()));

/** Waits until the strip no longer says what it said. */
const stripLeaves = (page, old, timeout) =>
  page.waitForFunction(
    ([roles, old]) => {
      const now = roles.map((role) => document.querySelector(`[data-testid="chip-${role}"]`)?.innerText);
      return JSON.stringify(now) !== JSON.stringify(old);
    },
    [ROLES, old],
    { timeout, polling: "raf" },
  );

visit("six verdicts are there at once, each as shape, word and colour", {}, async (page, t) => {
  await by(page, "chip-cost").waitFor();
  await page.waitForFunction(() => document.querySelector('[data-testid="chip-api"]')?.dataset.verdict, undefined, { polling: "raf" });
  t.diagnostic(`first verdict after ${Math.round(performance.now() - page.started)} ms`);
  for (const role of ROLES) {
    const chip = by(page, `chip-${role}`);
    const verdict = await chip.getAttribute("data-verdict");
    assert.ok(verdict in VERDICTS, `${role} has a verdict: ${verdict}`);
    assert.match(await chip.innerText(), new RegExp(VERDICTS[verdict], "i"), `${role} says it in a word`);
    assert.equal(await chip.locator(".verdict svg path").count(), 1, `${role} says it in a shape`);
  }
});

visit("a region that takes its only copy along fails both recovery targets", {}, async (page) => {
  for (const [role, value] of [["rto", /\d+(\.\d+)? h/], ["rpo", /all data lost/]]) {
    const chip = by(page, `chip-${role}`);
    await chip.waitFor();
    assert.equal(await chip.getAttribute("data-verdict"), "fail");
    assert.match(await chip.innerText(), value);
  }
});

visit("the recovery tab says how each event ends, what decides, and what every strategy would cost", {}, async (page) => {
  await by(page, "tab-recovery").click();
  // the worst event is open: waiting for the region decides, and all data of the database are lost
  const steps = by(page, "recovery-steps");
  await steps.locator("svg").waitFor();
  assert.equal(await by(page, "recovery-region").getAttribute("aria-checked"), "true");
  assert.match(await steps.innerText(), /wait for tokyo to return/);
  assert.match(await by(page, "recovery-losses").innerText(), /rds\s+all/);
  await by(page, "recovery-zone").click();
  assert.match(await steps.innerText(), /Back within [\d.]+ (h|min) in 95 %/);
  // every strategy has a price, and more readiness costs more
  const rows = await by(page, "recovery-strategies").locator("tbody tr").allInnerTexts();
  assert.equal(rows.length, 4);
  const costs = rows.map((row) => Number(row.match(/([\d,.]+)\D*$/)[1].replaceAll(",", "")));
  assert.deepEqual(costs, [...costs].sort((a, b) => a - b));
});

visit("the cheapest design is found, looked at and written into the file, and can be taken back", {}, async (page) => {
  await by(page, "tab-optimise").click();
  await by(page, "optimise-design").waitFor({ timeout: 60_000 });
  assert.equal(await by(page, "chip-rto").getAttribute("data-verdict"), "fail");
  // a suggestion is chosen: what it changes is listed
  await by(page, "optimise-least-change").click();
  assert.match(await by(page, "optimise-design").innerText(), /backup and restore in Singapore/);
  await by(page, "optimise-apply").click();
  await page.waitForFunction(() => document.querySelector('[data-testid="chip-rto"]')?.dataset.verdict === "pass", undefined, { polling: "raf" });
  await by(page, "tab-file").click();
  assert.match(await page.locator("textarea").first().inputValue(), /\[tier\.t100\.recovery\.region\]/);
  await page.keyboard.press("Escape");
  await by(page, "undo").click();
  await page.waitForFunction(() => document.querySelector('[data-testid="chip-rto"]')?.dataset.verdict === "fail", undefined, { polling: "raf" });
});

visit("a long question says how far it has come, can be cancelled, and gives way to a newer one", {}, async (page) => {
  await by(page, "tier-t1000").click();
  await by(page, "tab-alerts").click();
  const asking = by(page, "asking-alerts");
  await asking.locator("progress").waitFor({ timeout: 60_000 });
  assert.match(await asking.innerText(), /\d+ %/);
  await by(page, "cancel-alerts").click();
  await asking.waitFor({ state: "detached" });
  const report = by(page, "report-alerts");
  assert.match(await report.innerText(), /Cancelled/);
  assert.equal(await report.getAttribute("aria-busy"), "false");
  // asked again, and then about another tier: that answer comes, without the other one before it
  await by(page, "ask-alerts").click();
  await asking.locator("progress").waitFor({ timeout: 60_000 });
  await by(page, "tier-t100").click();
  await report.locator("table").first().waitFor({ timeout: 120_000 });
  // back there it is under way anew
  await by(page, "tier-t1000").click();
  await asking.waitFor();
  await by(page, "cancel-alerts").click();
  // a search counts the designs
  await by(page, "tab-optimise").click();
  await by(page, "optimise-thoroughly").click({ timeout: 60_000 });
  const search = by(page, "asking-optimise-thoroughly");
  await search.getByText(/\d designs looked at/).waitFor({ timeout: 60_000 });
  await by(page, "cancel-optimise-thoroughly").click();
  await by(page, "optimise-thoroughly").waitFor();
});

visit("platforms, sensitivity, releases, controls and the roadmap answer in tabs of their own", {}, async (page) => {
  const said = {
    platforms: /Standard_B2ms/,
    sensitivity: /journey\.chat\.tokens\.out/,
    releases: /blue-green/i,
    controls: /contradicted/,
    roadmap: /foundation/,
    alerts: /api-slow/,
  };
  for (const [tab, words] of Object.entries(said)) {
    await by(page, `tab-${tab}`).click();
    const report = by(page, `report-${tab}`);
    await report.locator("table").first().waitFor({ timeout: 60_000 });
    assert.match(await report.innerText(), words, tab);
    assert.equal(await report.getAttribute("aria-busy"), "false");
  }
});

visit("the ladder says when each tier is reached and what to buy next", {}, async (page) => {
  await by(page, "tab-tiers").click();
  await by(page, "ladder-open").click();
  const report = by(page, "report-ladder");
  await report.locator("table").first().waitFor({ timeout: 60_000 });
  assert.match(await report.innerText(), /2031-03/);
  assert.match(await report.innerText(), /Next cheapest step: api: 8 replicas/);
});

visit("a chart says the values of what it is pointed at", {}, async (page) => {
  await by(page, "tab-tiers").click();
  const chart = page.locator("figure.chart").first();
  const places = chart.locator("[data-say]");
  await places.first().waitFor({ state: "attached" });
  const said = await places.last().getAttribute("data-say");
  assert.match(said, /2,000/);
  await places.last().hover();
  await chart.locator(".chart-said").waitFor();
  assert.equal(await chart.locator(".chart-said").innerText(), said);
  await shoot(page, "chart-said");
  await page.mouse.move(2, 2);
  await chart.locator(".chart-said").waitFor({ state: "detached" });
});

visit("a chart leaves the page as SVG, PNG and CSV", {}, async (page) => {
  await by(page, "tab-tiers").click();
  const chart = page.locator("figure.chart").first();
  await chart.locator("svg").waitFor();
  for (const [kind, begins] of [["SVG", "<svg"], ["PNG", "\u0089PNG"], ["CSV", "\u00ef\u00bb\u00bf"]]) {
    const [file] = await Promise.all([page.waitForEvent("download"), chart.getByRole("button", { name: kind }).click()]);
    assert.ok(file.suggestedFilename().endsWith(`.${kind.toLowerCase()}`), file.suggestedFilename());
    const chunks = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk);
    assert.ok(Buffer.concat(chunks).toString("latin1").startsWith(begins), kind);
  }
});

visit("a fault is chosen, run and judged; another is written by the library and moved by dragging", {}, async (page) => {
  await by(page, "tab-faults").click();
  await by(page, "fault-zone-a").click();
  const ending = by(page, "fault-ending");
  await ending.waitFor();
  assert.match(await ending.innerText(), /api\.errors < 1%/);
  assert.match(await by(page, "command").innerText(), /--fault zone-a/);
  const lane = by(page, "fault-lane");
  assert.match(await lane.innerText(), /In the worst minute \d/);
  await by(page, "fault-kind").selectOption("latency-added");
  await by(page, "fault-place").selectOption("rds");
  await by(page, "fault-add").click();
  const added = by(page, "fault-latency-added");
  await added.waitFor();
  assert.equal(await added.getAttribute("aria-checked"), "true");
  const before = await added.innerText();
  const box = await lane.locator("svg").boundingBox();
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.7);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.7);
  await page.mouse.up();
  await page.waitForFunction((before) => document.querySelector('[data-testid="fault-latency-added"]')?.innerText !== before, before, { polling: "raf" });
  await by(page, "tab-file").click();
  assert.match(await page.locator("textarea").first().inputValue(), /\[fault\.latency-added\]\nwhat = "latency-added"\non = "rds"\nadd = "200ms"\nat = "\d+s"\nfor = "\d+s"/);
});

visit("the availability tab shows months as dots, the budget as it goes, and what would help", {}, async (page) => {
  await by(page, "tab-availability").click();
  const tab = by(page, "availability");
  await tab.locator("svg circle").first().waitFor();
  assert.equal(await tab.locator("svg circle").count(), 20);
  assert.match(await tab.innerText(), /a month meets the target with a chance of 4\d(\.\d+)? %/);
  assert.match(await tab.innerText(), /Of a budget of 43\.2 min/);
  const cuts = await by(page, "availability-cuts").locator("tbody tr").allInnerTexts();
  assert.match(cuts[0], /release api/);
  const helpful = await by(page, "availability-helpful").locator("tbody tr").allInnerTexts();
  assert.match(helpful[0], /release api\s+99\.93/);
});

visit("the page's digest is the command line's", {}, async (page) => {
  const shown = await simulated(page);
  const command = await by(page, "command").innerText();
  assert.match(command, /^plimsoll simulate scenarios\/secure-ai-chat\.toml --tier t100 --seed 1$/);
  assert.equal(shown, digestOf(command));
});

visit("another tier changes strip and gauge, and is simulated", {}, async (page) => {
  const first = await simulated(page);
  const before = await strip(page);
  await by(page, "tier-t1000").click();
  await stripLeaves(page, before, 10_000);
  assert.equal(await by(page, "tier-t1000").getAttribute("aria-checked"), "true");
  assert.notEqual(await simulated(page), first);
});

visit("killing zone a shows in strip and graph within a second", {}, async (page, t) => {
  await simulated(page);
  const before = await strip(page);
  const clicked = performance.now();
  await by(page, "kill-zone-tokyo-a").click();
  await by(page, "outage").waitFor({ timeout: 1_000 });
  await stripLeaves(page, before, 1_000 - (performance.now() - clicked));
  await page.locator('[data-testid="graph"] [data-component="rds"] [text-decoration="line-through"]').first().waitFor({ timeout: 1_000 });
  for (const id of ["alb", "api"]) {
    const card = page.locator(`[data-testid="graph"] [data-component="${id}"]`);
    assert.match(await card.textContent(), /2 \/ 3/, `${id} keeps two of three`);
  }
  const took = performance.now() - clicked;
  t.diagnostic(`zone a is gone after ${Math.round(took)} ms`);
  assert.ok(took < 1_000, `${took} ms`);
  await page.locator('[data-testid="outage"][data-standing="simulated"]').waitFor({ timeout: 120_000 });
  await by(page, "kill-zone-tokyo-a").click();
  await by(page, "outage").waitFor({ state: "detached" });
  assert.deepEqual(await strip(page), before, "the verdicts come back with the zone");
});

visit("one click on a card opens its inspector", {}, async (page) => {
  await simulated(page);
  await page.locator('[data-testid="graph"] [data-component="rds"]').click();
  await page.locator(".inspector h2").waitFor({ timeout: 2_000 });
  assert.match(await page.locator(".inspector h2").innerText(), /RDS|rds/);
});

visit("an edit in the inspector is an edit of the text, and undo takes it back", {}, async (page) => {
  await by(page, "tab-file").click();
  const text = () => by(page, "file-editor").inputValue();
  const original = await text();
  await page.locator('[data-testid="outline"] [data-component="api"]').click();
  const field = by(page, "field-replicas");
  assert.equal(await field.inputValue(), "3");
  await field.fill("6");
  await field.press("Enter");
  await page.waitForFunction((original) => document.querySelector('[data-testid="file-editor"]').value !== original, original);
  const changed = await text();
  const lines = original.split("\n");
  const different = changed.split("\n").filter((line, nth) => line !== lines[nth]);
  assert.deepEqual(different, ["replicas = 6"], "one line changes");
  await by(page, "undo").click();
  await page.waitForFunction((original) => document.querySelector('[data-testid="file-editor"]').value === original, original);
  assert.equal(await field.inputValue(), "3");
});

visit("a value that the format refuses stays in the field with the reason", {}, async (page) => {
  await by(page, "tab-file").click();
  const original = await by(page, "file-editor").inputValue();
  await page.locator('[data-testid="outline"] [data-component="api"]').click();
  await by(page, "field-replicas").fill("many");
  await by(page, "field-replicas").press("Enter");
  await page.locator(".field-problem").waitFor();
  assert.equal(await by(page, "field-replicas").inputValue(), "many");
  assert.equal(await by(page, "file-editor").inputValue(), original);
});

visit("a broken file says where and what, and the last good one stays", {}, async (page) => {
  await simulated(page);
  const before = await strip(page);
  await by(page, "tab-file").click();
  const editor = by(page, "file-editor");
  const original = await editor.inputValue();
  await editor.fill(original.replace("replicas = 3", "replicsa = 3"));
  await by(page, "broken-file").waitFor();
  const problem = page.locator('[data-testid="diagnostics"] .problem').first();
  const line = original.split("\n").findIndex((line) => line === "replicas = 3") + 1;
  assert.match(await problem.innerText(), new RegExp(`line ${line}, column 1`));
  assert.match(await problem.innerText(), /replicas/, "it offers the name that was meant");
  assert.deepEqual(await strip(page), before, "the verdicts of the last good text stay");
  await problem.click();
  const selected = await editor.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  assert.match(selected, /replicsa/);
  await editor.fill(original);
  await by(page, "broken-file").waitFor({ state: "detached" });
});

visit("a stale digest says so until the new one is there", {}, async (page) => {
  const first = await simulated(page);
  await page.locator('[data-testid="outline"] [data-component="api"]').click();
  await by(page, "field-replicas").fill("4");
  await by(page, "field-replicas").press("Enter");
  await page.locator('[data-testid="digest"][data-current="false"]').waitFor();
  assert.notEqual(await simulated(page), first);
});

visit("language and theme switch and stay", { lang: "en", theme: "light" }, async (page) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await by(page, "chip-api").waitFor();
  assert.equal(await page.getAttribute("html", "lang"), "en");
  await by(page, "lang-toggle").click();
  await page.locator('html[lang="ja"]').waitFor();
  assert.match(await by(page, "chip-uptime").innerText(), /稼働率/);
  const light = await ground();
  for (const theme of ["light", "dark"]) {
    await by(page, "theme-toggle").click();
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
  }
  assert.notEqual(await ground(), light);
  await page.reload();
  await by(page, "chip-uptime").waitFor();
  assert.equal(await page.getAttribute("html", "lang"), "ja");
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
});

visit("everything is reached by keyboard", {}, async (page) => {
  await simulated(page);
  const here = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      return at.dataset.testid ?? at.closest("[data-testid]")?.dataset.testid ?? at.tagName.toLowerCase();
    });
  const seen = new Set();
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press("Tab");
    const at = await here();
    if (at === "body") break;
    seen.add(at);
  }
  const wanted = ["undo", "redo", "save", "search", "help", "theme-toggle", "lang-toggle", "tier-t100", "kill-zone-tokyo-a", "graph", "outline", "tab-tiers"];
  const disabled = ["undo", "redo"];
  for (const role of ROLES) wanted.push(`chip-${role}`);
  assert.deepEqual(wanted.filter((id) => !seen.has(id) && !disabled.includes(id)), []);

  // a tier by arrow, a zone by space, a component by arrows in the picture, a value in the inspector, undo by keys
  await by(page, "tier-t100").focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await by(page, "tier-t500").getAttribute("aria-checked"), "true");
  await page.keyboard.press("ArrowUp");
  await by(page, "kill-zone-tokyo-c").focus();
  await page.keyboard.press("Space");
  await by(page, "outage").waitFor();
  await page.keyboard.press("Space");
  await by(page, "graph").focus();
  await page.locator('[data-testid="graph"] .node-focus').waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="inspector"].open').waitFor();
  await by(page, "tab-tiers").focus();
  await page.keyboard.press("End");
  await by(page, "file-editor").waitFor();
  await page.keyboard.press("/");
  await page.locator("dialog[open] input").waitFor();
  await page.keyboard.type("rds");
  await page.keyboard.press("Enter");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await page.locator('[data-testid="inspector"]').getByText("RDS PostgreSQL").first().waitFor();
  await page.keyboard.press("?");
  await page.locator("dialog[open] kbd").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
});

for (const width of [320, 390, 768, 1280, 1920, 2560]) {
  for (const lang of ["ja", "en"]) {
    visit(`nothing runs over at ${width} px in ${lang}`, { width, lang, height: 900 }, async (page) => {
      await by(page, "chip-cost").waitFor();
      for (const tab of ["why", "tiers", "latency", "cost", "load", "assumptions", "findings", "file"]) {
        await by(page, `tab-${tab}`).click();
        await page.locator(`#board-panel[aria-labelledby="tab-${tab}"]`).waitFor();
        const over = await page.evaluate(() => {
          const wide = document.documentElement.scrollWidth - innerWidth;
          const strip = [...document.querySelectorAll(".chip > *")].filter((part) => part.scrollWidth > part.clientWidth + 1);
          return { wide, strip: strip.map((part) => part.innerText) };
        });
        assert.deepEqual(over, { wide: 0, strip: [] }, tab);
      }
    });
  }
}

for (const example of ["secure-ai-chat-promised", "one-queue", "zone-loss", "region-loss", "retry-storm"]) {
  visit(`the example ${example} opens by its address`, { hash: `#example=${example}` }, async (page) => {
    await by(page, "chip-api").waitFor();
    await simulated(page);
    await page.locator('[data-testid="graph"] [data-component]').first().waitFor();
    if (example === "region-loss") {
      const switches = (await page.locator(".kill").allInnerTexts()).map((text) => text.trim());
      assert.deepEqual(switches, ["Osaka a", "Osaka b", "Tokyo a", "Tokyo c"].map((zone) => `Kill zone ${zone}`));
    }
  });
}
