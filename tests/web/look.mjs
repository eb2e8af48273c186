// Pictures of the built page for people to judge: node look.mjs [WIDTH,..] [LANG,..] [THEME,..] [TAB,..]

import { by, shoot, simulated, start } from "./browser.mjs";

const list = (at, otherwise) => (process.argv[at] ?? otherwise).split(",").filter(Boolean);
const [widths, langs, themes, tabs] = [list(2, "1280"), list(3, "ja,en"), list(4, "light,dark"), list(5, "tiers")];
const site = await start();
try {
  for (const width of widths.map(Number)) {
    for (const lang of langs) {
      for (const theme of themes) {
        const page = await site.open({ width, lang, theme, height: width < 768 ? 844 : 900, hash: process.env.HASH ?? "" });
        await by(page, "chip-cost").waitFor();
        await simulated(page, 300_000);
        if (process.env.KILL) {
          await by(page, process.env.KILL).click();
          await simulated(page, 300_000);
        }
        if (process.env.SELECT) await page.locator(`[data-testid="outline"] [data-component="${process.env.SELECT}"]`).click();
        for (const tab of tabs) {
          await by(page, `tab-${tab}`).click();
          await page.locator('.board-panel [aria-busy="true"]').waitFor({ state: "detached", timeout: 120_000 });
          await shoot(page, `${width}-${lang}-${theme}-${tab}${process.env.NAME ?? ""}`, { fullPage: true });
        }
        console.log(width, lang, theme, page.errors);
        await page.context().close();
      }
    }
  }
} finally {
  await site.close();
}
