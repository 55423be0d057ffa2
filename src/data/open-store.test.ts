import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import { ChildLink } from "./child-link.ts";
import { childEntry, openStore } from "./open-store.ts";
import type { CsvColumn } from "./store.ts";

let root: string;
let studyDir: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "probity-test-"));
  studyDir = join(root, "my 'study' \"1\"");
  mkdirSync(studyDir);
});
afterEach(() => rmSync(root, { recursive: true }));

const columns: CsvColumn[] = [
  { name: "pid", type: "text", nullable: false },
  { name: "age", type: "number", nullable: true },
];
const request = { file: "patients.csv", table: "patients", columns, key: ["pid"] };

function writePatients(n: number): void {
  const rows = Array.from({ length: n }, (_, i) => `p${i},${i % 90}\n`);
  writeFileSync(join(studyDir, "patients.csv"), `pid,age\n${rows.join("")}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function openLink() {
  const tempDir = join(root, "temporary");
  mkdirSync(tempDir);
  const link = new ChildLink(childEntry(), { tempDir, timeoutMs: 60_000 });
  await link.call({ method: "open", options: { studyDir, tempDir, memoryLimitMb: 512, threads: 1 } });
  return link;
}

test("columns longer than a message's piece come through the child process whole", async () => {
  writePatients(200_000);
  const store = await openStore({ studyDir });
  const facts = await store.loadCsv(request);
  const set = await store.columns({ table: "patients", columns: ["pid", "age"] });
  await store.close();
  expect(facts.rows).toBe(200_000);
  const age = {
    kind: "number",
    values: Float64Array.from({ length: 200_000 }, (_, i) => i % 90),
    missing: 0,
  };
  const lines = Int32Array.from({ length: 200_000 }, (_, i) => i + 2);
  expect(isDeepStrictEqual(set.columns.get("age"), age)).toBe(true);
  expect(isDeepStrictEqual(set.sourceLine, lines)).toBe(true);
  const pid = set.columns.get("pid")!;
  expect(pid.kind === "text" && pid.levels[pid.codes[123_456]!]).toBe("p123456");
});

test("what has been sent is done while this process is busy, and a dead child keeps nobody waiting", async () => {
  writePatients(200_000);
  const outDir = join(root, "out");
  const store = await openStore({ studyDir, outDir });
  await store.loadCsv(request);
  const values = Float64Array.from({ length: 200_000 }, (_, i) => i);
  const computed = [{ name: "copy", values }];
  const file = "rows.parquet";
  await store.arrange({ table: "patients", columns: ["pid"], into: "chosen" });
  const writing = store.writeParquet({ table: "chosen", computed, file });
  await store.sent();
  const path = join(outDir, file);
  const deadline = Date.now() + 30_000;
  // Blocks the event loop, so nothing more can be sent.
  while (!existsSync(path) && Date.now() < deadline)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  expect(existsSync(path)).toBe(true);
  expect((await writing).rows).toBe(200_000);
  await store.close();
  await store.sent();
});

test("a problem crosses the process with its code, place, hint and others", async () => {
  writeFileSync(join(studyDir, "patients.csv"), "pid,age\na,x\nb,y\n");
  const store = await openStore({ studyDir });
  const problem = await store.loadCsv(request).catch((error: unknown) => error);
  await store.close();
  expect(problem).toBeInstanceOf(Problem);
  expect(problem).toMatchObject({
    code: "data-not-a-number",
    detail: {
      where: "patients.csv:2:age",
      hint: "correct the cell; leave it empty where the value is missing",
      others: ['patients.csv:3:age: "y"'],
    },
  });
});

test("a file is read while the one before is checked, and each has its own answer", async () => {
  writePatients(50_000);
  writeFileSync(join(studyDir, "twice.csv"), "pid,age\na,1\nb,2\na,3\n");
  writeFileSync(join(studyDir, "ragged.csv"), "pid,age\na\n");
  const store = await openStore({ studyDir });
  const load = (file: string, table: string) =>
    store.loadCsv({ ...request, file, table }).catch((error: unknown) => error);
  const [twice, again, ragged, whole, known] = await Promise.all([
    load("twice.csv", "patients"),
    load("patients.csv", "patients"),
    load("ragged.csv", "others"),
    load("patients.csv", "others"),
    load("patients.csv", "patients"),
  ]);
  expect(twice).toMatchObject({ code: "data-duplicate-key" });
  expect(again).toMatchObject({ rows: 50_000 });
  expect(ragged).toMatchObject({ code: "data-ragged-row" });
  expect(whole).toMatchObject({ rows: 50_000 });
  expect(String(known)).toContain("has been loaded before");
  for (const table of ["patients", "others"])
    expect((await store.columns({ table, columns: ["age"] })).n).toBe(50_000);
  await store.close();
});

test("a profile made beside other work is the profile made alone", async () => {
  writePatients(300_000);
  const store = await openStore({ studyDir });
  const asked = { table: "patients", columns: [{ name: "age", plausible: [1, 80] as const }] };
  const [, beside] = await Promise.all([store.loadCsv(request), store.profile(asked)]);
  const [set, again] = await Promise.all([
    store.columns({ table: "patients", columns: ["age"] }),
    store.profile(asked),
    store.profile(asked),
  ]);
  const alone = await store.profile(asked);
  await store.close();
  expect(set.n).toBe(300_000);
  expect(alone[0]).toMatchObject({ n: 300_000, missing: 0, distinct: 90 });
  expect([beside, again]).toEqual([alone, alone]);
});

test("a study reached through a link works; a missing one is a problem", async () => {
  writePatients(3);
  symlinkSync(studyDir, join(root, "link"));
  const store = await openStore({ studyDir: join(root, "link"), outDir: join(root, "new", "out") });
  expect((await store.loadCsv(request)).rows).toBe(3);
  await store.arrange({ table: "patients", columns: ["pid"], into: "chosen" });
  const written = await store.writeParquet({ table: "chosen", file: "p.parquet" });
  expect(written.rows).toBe(3);
  expect(readdirSync(join(root, "new", "out"))).toEqual(["p.parquet"]);
  await store.close();
  await expect(openStore({ studyDir: join(root, "none") })).rejects.toMatchObject({ code: "data-no-study" });
});

test("two stores are open side by side without meeting", async () => {
  writePatients(10);
  const stores = await Promise.all([openStore({ studyDir }), openStore({ studyDir })]);
  const facts = await Promise.all(stores.map((store) => store.loadCsv(request)));
  await Promise.all(stores.map((store) => store.close()));
  expect(facts.map(({ rows }) => rows)).toEqual([10, 10]);
});

test("a child killed while it works is a clear problem, then and for later calls", async () => {
  writePatients(500_000);
  const link = await openLink();
  const loading = link.call({ method: "loadCsv", request });
  process.kill(link.pid!, "SIGKILL");
  await expect(loading).rejects.toMatchObject({ code: "data-engine-stopped" });
  await expect(link.call({ method: "columns", request: {} })).rejects.toMatchObject({
    code: "data-engine-stopped",
  });
  await link.close();
});

test("no answer in time is a problem, and the child is gone", async () => {
  await expect(openStore({ studyDir, timeoutMs: 1 })).rejects.toMatchObject({ code: "data-timeout" });
});

test("a closed store answers with an error, and closing twice is safe", async () => {
  const store = await openStore({ studyDir });
  await store.close();
  await store.close();
  await expect(store.loadCsv(request)).rejects.toThrow("the store has been closed");
});

test("closing ends the child", async () => {
  const link = await openLink();
  expect(isAlive(link.pid!)).toBe(true);
  await link.close();
  expect(isAlive(link.pid!)).toBe(false);
});

test("the child ends with its parent and leaves no temporary folder", async () => {
  const script = join(root, "parent.mjs");
  const tempDir = join(root, "temporary");
  mkdirSync(tempDir);
  writeFileSync(
    script,
    `import { ChildLink } from ${JSON.stringify(new URL("../data/child-link.js", `file://${childEntry()}`).href)};
    const link = new ChildLink(process.argv[2], { tempDir: process.argv[3], timeoutMs: 60000 });
    const options = { studyDir: process.argv[4], tempDir: process.argv[3], memoryLimitMb: 256, threads: 1 };
    await link.call({ method: "open", options });
    process.send(link.pid);
    setInterval(() => {}, 1000);`,
  );
  const parent = fork(script, [childEntry(), tempDir, studyDir], { execArgv: [] });
  const [pid] = (await once(parent, "message")) as [number];
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  while (isAlive(pid)) await sleep(20);
  expect(existsSync(tempDir)).toBe(false);
});
