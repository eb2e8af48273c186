// Times the command line on the shipped plan: wall time of whole commands, median of a few runs, on this machine.
// Not a test: it passes and fails nothing.

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";

const binary = "target/release/plimsoll";
const plan = "scenarios/secure-ai-chat.toml";
const commands = [
  ["analyse", plan, "--tier", "t100"],
  ["availability", plan, "--tier", "t100"],
  ["cost", plan, "--tier", "t100"],
  ["tiers", plan],
  ["simulate", plan, "--tier", "t100"],
  ["check", plan],
];
const runs = Number(process.argv[2] ?? 5);

console.log(`${availableParallelism()} cores, median of ${runs} runs`);
for (const command of commands) {
  const times = [];
  let status;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    const done = spawnSync(binary, [...command, "--format", "json", "--quiet"], { maxBuffer: 1 << 28 });
    times.push(performance.now() - start);
    status = done.error ? done.error.code : done.status;
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  console.log(`${median.toFixed(0).padStart(8)} ms  (${times[0].toFixed(0)}..${times.at(-1).toFixed(0)})  status ${status}  plimsoll ${command.join(" ")}`);
}
