// Serves a built page until stopped: node serve.mjs FOLDER [--port N]

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serve } from "./server.mjs";

const { values, positionals } = parseArgs({
  options: { port: { type: "string", default: "8080" } },
  allowPositionals: true,
});
const folder = positionals[0] ?? "dist";
if (!existsSync(join(folder, "index.html"))) {
  console.error(`error: ${folder}/index.html is missing\n  do:  make dist`);
  process.exit(1);
}
try {
  const { url } = await serve(folder, { port: Number(values.port) });
  console.log(`\nPlimsoll is at ${url}   (Ctrl-C stops it)`);
} catch (error) {
  console.error(`error: cannot serve on port ${values.port}: ${error.message}\n  do:  make serve PORT=8090`);
  process.exit(1);
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
