import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { Pool } from "./pool.ts";

const folder = mkdtempSync(join(tmpdir(), "probity-pool-"));
afterAll(() => rmSync(folder, { recursive: true }));

const entry = join(folder, "entry.mjs");
writeFileSync(
  entry,
  `import { threadId } from "node:worker_threads";
  export const square = (x) => x * x;
  export const slowSquare = async (x) => (await new Promise((r) => setTimeout(r, 50 - 10 * x)), x * x);
  export const thread = async () => (await new Promise((r) => setTimeout(r, 200)), threadId);
  export const fails = (x) => { if (x === 2) throw new Error("two"); return x; };
  export const forever = () => new Promise(() => {});
  export const ends = () => process.exit(3);`,
);
const url = pathToFileURL(entry);

test("answers come in the order of the tasks, whichever is done first", async () => {
  const threads = new Pool(url, 3);
  expect(await threads.run<number>("square", 7)).toBe(49);
  const done: number[] = [];
  const answers = await threads.map<number>("slowSquare", [1, 2, 3, 4], { onDone: (n) => done.push(n) });
  expect(answers).toEqual([1, 4, 9, 16]);
  expect(done).toEqual([1, 2, 3, 4]);
  await threads.close();
});

test("no more threads than asked for, and none without a task", async () => {
  const threads = new Pool(url, 2);
  const used = await threads.map<number>("thread", [1, 2, 3, 4, 5]);
  expect(new Set(used).size).toBe(2);
  await threads.close();
  await new Pool(url, 2).close();
});

test("an error of a task is the answer, and the threads go on", async () => {
  const threads = new Pool(url, 2);
  await expect(threads.map("fails", [1, 2, 3, 4])).rejects.toThrow("two");
  expect(await threads.run<number>("fails", 1)).toBe(1);
  await threads.close();
});

test("tasks that answer while others are ended leave nothing behind", async () => {
  const threads = new Pool(url, 3);
  for (let round = 0; round < 20; round++) {
    await expect(threads.map("fails", [1, 2, 3, 4, 5, 6])).rejects.toThrow("two");
  }
  expect(await threads.map<number>("square", [1, 2, 3])).toEqual([1, 4, 9]);
  await threads.close();
});

test("a function or a module that is not there is an error", async () => {
  const threads = new Pool(url, 1);
  await expect(threads.run("none", 1)).rejects.toThrow(/not a function/);
  await threads.close();
  const broken = join(folder, "broken.mjs");
  writeFileSync(broken, "throw new Error('does not load')");
  const others = new Pool(pathToFileURL(broken), 1);
  await expect(others.run("square", 1)).rejects.toThrow("does not load");
  await others.close();
});

test("nothing runs after an abort or a close", async () => {
  const threads = new Pool(url, 1);
  await expect(threads.run("square", 1, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  await expect(threads.map("square", [1], { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  await threads.close();
  await expect(threads.run("square", 1)).rejects.toThrow("closed");
});

test("an abort rejects, also tasks that never end", async () => {
  const threads = new Pool(url, 2);
  const abort = new AbortController();
  const answers = threads.map("forever", [1, 2, 3], { signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  await expect(answers).rejects.toThrow(/abort/i);
  expect(await threads.run<number>("square", 3)).toBe(9);
  await threads.close();
});

test("a thread that ends is an error, and so is a pool that is closed", async () => {
  const threads = new Pool(url, 1);
  await expect(threads.run("ends", 0)).rejects.toThrow();
  const running = threads.run("forever", 0);
  running.catch(() => {});
  await threads.close();
  await expect(running).rejects.toThrow();
});

test("an entry that does not exist is refused with what to do", () => {
  expect(() => new Pool(pathToFileURL(join(folder, "none.mjs")), 1)).toThrow("npm run build");
});
