import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { runChild } from "../../bench/measure.ts";

import { mutatedLine } from "../intake/mutated-lines.ts";
import { contentOf, expectSameByBothReadings } from "../intake/walk-intake.ts";
import { start } from "../study/command.ts";
import { temporaryFolder } from "../study/study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string) => join(folder.path, name);
const nKills = Number(process.env.PROBITY_KILL_CYCLES ?? 40);

test("100,000 mutated lines: none crashes the intake, each has one place, both readings agree", {
  timeout: 3_600_000,
}, async () => {
  const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 1e9);
  console.log(`seed ${seed}`);
  const lines = fc.sample(mutatedLine, { numRuns: 100_000, seed });
  const content = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
  const { manifest } = await expectSameByBothReadings(at("mutated"), content);
  const { resources, quarantined } = manifest.totals;
  console.log(`${resources} resources, ${quarantined} quarantined`);
});

function writeSources(): void {
  mkdirSync(at("in"));
  for (let file = 0; file < 12; file++) {
    const lines = Array.from({ length: 4000 }, (_, i) => {
      const id = i % 100 === 0 ? `twice-${i}` : `${file}-${i}`;
      const text = `{"resourceType":"Observation","id":"${id}","note":"${"x".repeat(300)}"}`;
      return i % 50 === 7 ? text.slice(0, -2) : text;
    });
    writeFileSync(at(`in/${file}.ndjson`), `${lines.join("\n")}\n`);
  }
}

test(`${nKills} times killed: nothing half-made, no row twice, files that were finished are not read again`, {
  timeout: 3_600_000,
}, async () => {
  writeSources();
  const began = performance.now();
  const whole = await start(["ingest", "in", "--into", "whole"], { cwd: folder.path }).ended;
  expect(whole.code, whole.stderr).toBe(0);
  const ms = performance.now() - began;
  const expected = contentOf(at("whole"));
  let [resumed, complete] = [0, 0];
  for (let kill = 0; kill < nKills; kill++) {
    const { child, ended } = start(["ingest", "in", "--into", "out"], { cwd: folder.path });
    const timer = setTimeout(() => child.kill("SIGKILL"), (ms * 1.1 * (kill + 0.5)) / nKills);
    await ended;
    clearTimeout(timer);
    if (existsSync(at("out"))) {
      complete += 1;
      expect(contentOf(at("out"))).toEqual(expected);
    } else if (kill % 3 === 0) {
      // Two of three go on from where the last kills left them.
      const { code, stdout, stderr } = await start(["ingest", "in", "--into", "out"], { cwd: folder.path })
        .ended;
      expect(code, stderr).toBe(0);
      resumed += /^resumed/m.test(stdout) ? 1 : 0;
      expect(contentOf(at("out"))).toEqual(expected);
    } else continue;
    rmSync(at("out"), { recursive: true });
  }
  console.log(`${nKills} kills: ${complete} after the folder was made, ${resumed} runs resumed`);
  expect(resumed).toBeGreaterThan(0);
});

test("a file of 1 GiB in less than 1 GB of memory, all processes together", {
  timeout: 3_600_000,
}, async () => {
  const file = openSync(at("large.ndjson"), "w");
  const note = "y".repeat(900);
  for (let n = 0, bytes = 0; bytes < 1024 ** 3; ) {
    const text = Array.from(
      { length: 1000 },
      () => `{"resourceType":"Observation","id":"o${n++}","note":"${note}"}\n`,
    );
    bytes += writeSync(file, text.join(""));
  }
  closeSync(file);
  const bin = join(import.meta.dirname, "../../bin/probity.mjs");
  const { maxRssMb, stdout, ms } = await runChild([
    bin,
    "ingest",
    at("large.ndjson"),
    "--into",
    at("large"),
    "--json",
  ]);
  const { totals } = JSON.parse(stdout);
  console.log(`${totals.lines} lines in ${Math.round(ms / 1000)} s, ${Math.round(maxRssMb)} MB at the peak`);
  expect(totals.resources).toBe(totals.lines);
  expect(maxRssMb).toBeLessThan(1000);
  expect(readFileSync(at("large/quarantine.ndjson"), "utf8")).toBe("");
});
