// Reports what a built page weighs: every file, and its wasm in bytes and in brotli bytes (quality 11).

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const folder = process.argv[2] ?? "dist";
const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
const format = (n) => n.toLocaleString("en-GB").padStart(12);

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort();
let [total, wasm, packed] = [0, 0, 0];
console.log(`${"bytes".padStart(12)}${"brotli".padStart(12)}  file`);
for (const file of files) {
  const bytes = readFileSync(file);
  const small = /\.(wasm|js|css|html|json|svg|toml)$/.test(file) ? brotli(bytes) : bytes.length;
  console.log(`${format(bytes.length)}${format(small)}  ${file}`);
  total += bytes.length;
  if (file.endsWith(".wasm")) [wasm, packed] = [wasm + bytes.length, packed + small];
}
console.log(`\nThe static site is in ${folder}/: ${files.length} files, ${total.toLocaleString("en-GB")} bytes.`);
console.log(`wasm: ${wasm.toLocaleString("en-GB")} bytes, ${packed.toLocaleString("en-GB")} bytes in brotli.`);
