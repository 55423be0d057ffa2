import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  bodyOf,
  generateSigningKey,
  type Ledger,
  type LedgerOptions,
  leafHash,
  machineProcesses,
  openCheckpoint,
  openLedger,
  verifierKey,
  verifyLedger,
} from "../../src/ledger/index.ts";
import { CrashDisk } from "./crash-disk.ts";
import { openOn } from "./crash-trace.ts";

const key = generateSigningKey();
const origin = "test.example/log";
const vkey = verifierKey({ name: origin, privateKey: key });
let folder: string;
let now: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-ledger-"));
  now = Date.parse("2026-11-21T09:54:46.000Z");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const optionsOf = (changed: Partial<LedgerOptions> = {}): LedgerOptions => ({
  folder: join(folder, "deep", "ledger"),
  origin,
  key,
  kinds: new Map([["note", bodyOf({ text: "text" })]]),
  clock: () => new Date(now),
  ...changed,
});
const open = (changed?: Partial<LedgerOptions>) => openLedger(optionsOf(changed));
const note = (text: string) => ({ type: "note", actor: "Ada", body: { text } });
const logFiles = () => {
  const { folder } = optionsOf();
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .map((name) => join(folder, name));
};

async function textsOf(ledger: Ledger, from = 0, to = ledger.head.size): Promise<unknown[]> {
  const texts: unknown[] = [];
  for await (const { record } of ledger.read({ from, to })) texts.push(record.body.text);
  return texts;
}

async function filled(count: number, changed?: Partial<LedgerOptions>): Promise<Ledger> {
  const ledger = await open(changed);
  await Promise.all(Array.from({ length: count }, (_, i) => ledger.append(note(`${i}`))));
  return ledger;
}

test("what is appended is read again, now and after opening anew", async () => {
  const ledger = await filled(3);
  const receipt = await ledger.append(note("last"));
  expect(receipt).toMatchObject({ index: 3, time: "2026-11-21T09:54:46.000Z" });
  const { head } = ledger;
  await ledger.close();
  const again = await open();
  expect(again.head).toEqual(head);
  expect(await textsOf(again)).toEqual(["0", "1", "2", "last"]);
  for await (const { line } of again.read({ from: 3, to: 4 })) expect(leafHash(line)).toBe(receipt.leaf);
  await again.close();
});

test("any range is read, over files and marks", async () => {
  const ledger = await filled(600, { segmentBytes: 100_000 });
  await Promise.all(Array.from({ length: 400 }, (_, i) => ledger.append(note(`${600 + i}`))));
  expect(logFiles().length).toBe(2);
  const all = Array.from({ length: 1_000 }, (_, i) => `${i}`);
  await ledger.append(note("1000"));
  for (const [from, to] of [
    [0, 1_000],
    [255, 257],
    [256, 512],
    [999, 1_000],
    [5, 5],
    [300, 900],
  ] as const) {
    expect(await textsOf(ledger, from, to)).toEqual(all.slice(from, to));
  }
  await expect(textsOf(ledger, 0, 1_002)).rejects.toThrow(RangeError);
  await ledger.close();
  const again = await open({ segmentBytes: 100_000 });
  expect(await textsOf(again, 300, 900)).toEqual(all.slice(300, 900));
  await again.close();
});

test("a checkpoint states what is on the disk and stays the same until something is added", async () => {
  const ledger = await filled(3);
  const first = await ledger.checkpoint();
  expect(openCheckpoint(first, vkey)).toEqual({ origin, ...ledger.head });
  expect(await ledger.checkpoint()).toBe(first);
  await ledger.append(note("3"));
  const second = await ledger.checkpoint();
  await ledger.close();
  const again = await open();
  expect(await again.checkpoint()).toBe(second);
  await again.close();
  const log = { folder: optionsOf().folder };
  expect(await verifyLedger({ log, vkey, against: first })).toMatchObject({
    intact: true,
    size: 4,
    covered: 4,
  });
});

test("calls of the same moment share one write and one sync", async () => {
  const disk = new CrashDisk();
  const ledger = await openOn(disk);
  const done: string[] = [];
  disk.after = ({ name }) => done.push(name);
  await Promise.all([ledger.append(note("a")), ledger.append(note("b"))]);
  expect(done).toEqual(["write", "sync"]);
});

test("what the caller changes after the call is not recorded", async () => {
  const ledger = await open();
  const body = { text: "before" };
  const appended = ledger.append({ type: "note", actor: "Ada", body });
  body.text = "after";
  await appended;
  expect(await textsOf(ledger)).toEqual(["before"]);
  await ledger.close();
});

test("a record that may not be kept is refused, and the next ones are not", async () => {
  const ledger = await open();
  const [bad, odd, long, good] = await Promise.allSettled([
    ledger.append({ type: "note", actor: "Ada", body: { text: 1 } }),
    ledger.append({ type: "other", actor: "Ada", body: {} }),
    ledger.append(note("x".repeat(3_000))),
    ledger.append(note("good")),
  ]);
  expect([bad, odd, long].map((one) => one.status === "rejected" && one.reason.code)).toEqual(
    Array(3).fill("ledger-record-refused"),
  );
  expect(good.status).toBe("fulfilled");
  expect(await textsOf(ledger)).toEqual(["good"]);
  await ledger.close();
});

test("a body that could not be read again is refused", async () => {
  const ledger = await open({ kinds: new Map([["note", () => undefined]]) });
  let deep: Record<string, unknown> = {};
  for (let i = 0; i < 32; i++) deep = { deep };
  const list = [] as unknown as Record<string, unknown>;
  for (const body of [deep, list]) {
    const appended = ledger.append({ type: "note", actor: "Ada", body });
    await expect(appended).rejects.toMatchObject({ code: "ledger-record-refused" });
  }
  await ledger.append({ type: "note", actor: "Ada", body: deep.deep as Record<string, unknown> });
  await ledger.close();
  await (await open()).close();
});

test("a folder without ledger is told", async () => {
  const log = { folder: join(folder, "nothing") };
  await expect(verifyLedger({ log, vkey })).rejects.toMatchObject({ code: "ledger-not-found" });
});

test("a line longer than a record can be is refused", async () => {
  const ledger = await open({ kinds: new Map([["note", () => undefined]]) });
  await expect(ledger.append(note("x".repeat(66_000)))).rejects.toMatchObject({
    code: "ledger-record-refused",
  });
  await ledger.close();
});

test("the clock may step back a little and not more", async () => {
  const ledger = await filled(1);
  now -= 5_000;
  await ledger.append(note("a step"));
  now -= 5_001;
  await expect(ledger.append(note("too far"))).rejects.toMatchObject({ code: "ledger-clock-back" });
  now += 20_000;
  await ledger.append(note("on"));
  expect(await textsOf(ledger)).toEqual(["0", "a step", "on"]);
  await ledger.close();
});

test("without a key records are kept and no checkpoint is made", async () => {
  const { key: _, ...keyless } = optionsOf();
  const ledger = await openLedger(keyless);
  await ledger.append(note("a"));
  await expect(ledger.checkpoint()).rejects.toMatchObject({ code: "ledger-key-missing" });
  await ledger.close();
});

test("another key or origin than before is refused", async () => {
  const ledger = await filled(1);
  await ledger.checkpoint();
  await ledger.close();
  await expect(open({ key: generateSigningKey() })).rejects.toMatchObject({ code: "ledger-damaged" });
  await expect(open({ origin: "other.example/log" })).rejects.toMatchObject({ code: "ledger-damaged" });
  await expect(open({ origin: "a name" })).rejects.toMatchObject({ code: "ledger-origin" });
});

test("a torn last line is removed: it was never confirmed", async () => {
  await (await filled(3)).close();
  const [file = ""] = logFiles();
  const whole = readFileSync(file);
  for (const length of [1, 50, 150]) {
    appendFileSync(file, whole.subarray(0, length));
    await (await open()).close();
    expect(readFileSync(file)).toEqual(whole);
  }
});

test("a damaged record is named, and nothing is changed", async () => {
  await (await filled(3)).close();
  const [file = ""] = logFiles();
  const damaged = readFileSync(file, "utf8").replace('"text":"1"', '"text":"9"');
  writeFileSync(file, damaged);
  await expect(open()).rejects.toMatchObject({
    code: "ledger-damaged",
    message: "record 2 does not follow the record before it",
    detail: { where: file },
  });
  expect(readFileSync(file, "utf8")).toBe(damaged);
  expect(await verifyLedger({ log: { folder: optionsOf().folder }, vkey })).toMatchObject({ index: 2 });
});

test("a damaged record under a checkpoint is named too", async () => {
  const ledger = await filled(5);
  await ledger.checkpoint();
  await ledger.close();
  const [file = ""] = logFiles();
  writeFileSync(file, readFileSync(file, "utf8").replace('"actor":"Ada"', '"actor": "Ada"'));
  await expect(open()).rejects.toMatchObject({ message: "record 0 is no record in canonical form" });
});

test("a log shorter than its checkpoint is refused", async () => {
  const ledger = await filled(3);
  await ledger.checkpoint();
  await ledger.close();
  const [file = ""] = logFiles();
  const lines = readFileSync(file, "utf8").split(/(?<=\n)/);
  for (const rest of [lines.slice(0, 2).join(""), lines.join("").slice(0, -1)]) {
    writeFileSync(file, rest);
    await expect(open()).rejects.toMatchObject({ message: "the log has 2 records; a checkpoint covers 3" });
    expect(readFileSync(file, "utf8")).toBe(rest);
  }
});

test("a log that contradicts its checkpoint is refused", async () => {
  const other = await filled(3, { folder: join(folder, "other") });
  await other.append(note("x"));
  await other.close();
  const ledger = await open();
  for (const text of ["0", "1", "2", "y"]) await ledger.append(note(text));
  await ledger.checkpoint();
  await ledger.close();
  const [file = ""] = logFiles();
  const [name = ""] = readdirSync(join(folder, "other")).filter((name) => name.endsWith(".jsonl"));
  writeFileSync(file, readFileSync(join(folder, "other", name)));
  await expect(open()).rejects.toMatchObject({ message: "the log differs from a checkpoint over 4 records" });
});

test("a missing file in the middle is found", async () => {
  await (await filled(200, { segmentBytes: 10_000 })).close();
  await (await open({ segmentBytes: 10_000 })).close();
  const ledger = await open({ segmentBytes: 10_000 });
  for (let i = 0; i < 200; i++) await ledger.append(note("more"));
  await ledger.close();
  const files = logFiles();
  expect(files.length).toBeGreaterThan(3);
  rmSync(files[1]!);
  await expect(open()).rejects.toMatchObject({ message: expect.stringContaining("is not there") });
});

test("the folder belongs to one ledger at a time", async () => {
  const ledger = await open();
  const refusal = open();
  await expect(refusal).rejects.toMatchObject({
    code: "ledger-locked",
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await ledger.close();
  await (await open()).close();
});

test("another process is refused, and its lock is taken over once it has ended", async () => {
  const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await once(child, "spawn");
  const { host } = machineProcesses.self;
  const processes = { ...machineProcesses, self: { host, pid: child.pid!, began: "" } };
  const first = await open({ processes });
  await expect(open()).rejects.toMatchObject({ message: expect.stringContaining(`process ${child.pid}`) });
  const ended = once(child, "close");
  child.kill("SIGKILL");
  await ended;
  await (await open()).close();
  await first.close();
});

test("of many that see the same dead holder, one takes over", async () => {
  const disk = new CrashDisk();
  const alive = new Set<number>();
  const openAs = (pid: number) =>
    openLedger({
      ...optionsOf({ fileSystem: disk, folder: "/log" }),
      processes: { self: { host: "h", pid, began: "" }, isGone: (one) => !alive.has(one.pid) },
    });
  await openAs(1);
  for (let round = 0; round < 20; round++) {
    alive.clear();
    const pids = Array.from({ length: 8 }, (_, i) => 100 * (round + 1) + i);
    for (const pid of pids) alive.add(pid);
    const results = await Promise.allSettled(pids.map(openAs));
    expect(results.filter(({ status }) => status === "fulfilled").length).toBe(1);
    const codes = results.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(codes).toEqual(Array(7).fill("ledger-locked"));
  }
});

test("a process id that was given to another process does not hold the lock", () => {
  const { self, isGone } = machineProcesses;
  expect(isGone(self)).toBe(false);
  expect(isGone({ ...self, host: "elsewhere", pid: 2 ** 22 + 1 })).toBe(false);
  expect(isGone({ ...self, pid: 2 ** 22 + 1 })).toBe(true);
  expect(isGone({ ...self, began: "another boot/1" })).toBe(self.began !== "");
});

test.skipIf(process.platform === "win32")("others on the machine cannot read the log", async () => {
  await (await filled(1)).close();
  const modes = [optionsOf().folder, ...logFiles()].map((path) => statSync(path).mode & 0o077);
  expect(modes).toEqual([0, 0]);
});

test("a file in the place of the folder is told", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(open({ folder: join(folder, "file") })).rejects.toMatchObject({ code: "ledger-not-opened" });
});

test("a closed ledger takes nothing", async () => {
  const ledger = await open();
  await ledger.close();
  await ledger.close();
  await expect(ledger.append(note("late"))).rejects.toThrow("closed");
  await expect(ledger.checkpoint()).rejects.toThrow("closed");
});
