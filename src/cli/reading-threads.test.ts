import { expect, test } from "vitest";
import { dossier } from "../../test/report-fixture/dossier.ts";
import {
  bootstrapDraws,
  type DrawTask,
  readingPieces,
  sorted,
  type TimedReadingTask,
} from "../assess/index.ts";
import { ascendingOrder } from "../stats/order.ts";
import { seededRandom } from "../stats/random.ts";
import { readingThreads } from "./reading-threads.ts";
import { type TeamPagesTask, teamPages } from "./team-pages.ts";

const always = { patients: 0, drawn: 0 };

function taskOf(atDays: number): TimedReadingTask {
  const random = seededRandom(7);
  const n = 300;
  const time = Float64Array.from({ length: n }, () => 1 + random.integer(900)).sort();
  const event = Uint8Array.from({ length: n }, () => random.integer(2));
  const risk = Float64Array.from({ length: n }, () => 0.05 + 0.9 * random.next());
  const reading = { short: "12mo", atDays, risk, ...sorted(risk) };
  const context = { n, horizon: "12mo", evidence: "retrospective" } as const;
  const grid = Float64Array.of(0.2, 0.5);
  return { cohort: { kind: "time to event", n, time, event }, reading, context, grid };
}

test("other threads give the same pieces, to several tasks at once", async () => {
  const threads = readingThreads(always);
  const tasks = [taskOf(365.25), taskOf(200)];
  const found = await Promise.all(tasks.map(threads.run));
  await threads.close();
  expect(found).toEqual(tasks.map(readingPieces));
});

test("another thread gives the same order, in memory that threads share", async () => {
  const { risk } = taskOf(365.25).reading;
  const threads = readingThreads(always);
  const found = await threads.sort(risk);
  await threads.close();
  expect([...found.byRisk]).toEqual([...ascendingOrder(risk)]);
  expect([...found.ascending]).toEqual([...risk].sort((a, b) => a - b));
  for (const { buffer } of [found.byRisk, found.ascending]) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
});

test("a thread that runs makes the same pages for the team; where none does, they are made here", async () => {
  const { model, files, asOf, seed, protocolSha256, attrition } = dossier;
  const piece = { estimates: [], tables: [], findings: [], curves: [], matrices: [] };
  const data = { attrition, quality: [], piece };
  const facts = { title: "A study", model, files, asOf, seed, protocolSha256, measures: [], minimumCell: 11 };
  const task: TeamPagesTask = { dossier, dataReport: { ...facts, data, qualitySha256: "ab" } };
  const threads = readingThreads(always);
  const here = await threads.teamPages(task);
  await threads.sort(Float64Array.of(1, 0));
  const there = await threads.teamPages(task);
  await threads.close();
  expect(here).toEqual(teamPages(task));
  expect(there).toEqual(here);
});

test("an error in the thread is the answer", async () => {
  const threads = readingThreads(always);
  const task = taskOf(365.25);
  const broken = { ...task, reading: { ...task.reading, risk: task.reading.risk.slice(1) } };
  await expect(threads.run(broken)).rejects.toThrow("length");
  await threads.close();
});

/** 40 draws of one reading in `n` parts. */
function drawsIn(n: number): DrawTask[] {
  const { cohort, reading, grid } = taskOf(365.25);
  return Array.from({ length: n }, (_, k) => ({
    cohort,
    risk: reading.risk,
    atDays: reading.atDays,
    grid,
    thresholds: Float64Array.of(0.3, 0.6),
    seed: 11,
    stream: 1,
    nStreams: 2,
    from: (k * 40) / n,
    to: ((k + 1) * 40) / n,
    nDraws: 40,
  }));
}

test("the same draws in one part or ten, in this thread, in one other or in three", async () => {
  const here = drawsIn(1).flatMap(bootstrapDraws);
  expect(here).toHaveLength(40);
  for (const nThreads of [1, 3]) {
    const threads = readingThreads(always, nThreads);
    const done: number[] = [];
    const found = await threads.draw(drawsIn(10), (nDone) => done.push(nDone));
    await threads.close();
    expect(found.flat()).toEqual(here);
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  }
  const inParts = await readingThreads().draw(drawsIn(10), () => {});
  expect(inParts.flat()).toEqual(here);
});

test("readings and draws have random numbers of their own", () => {
  const [task] = drawsIn(1) as [DrawTask];
  const ici = (draws: ReturnType<typeof bootstrapDraws>) => draws.map(({ smooth }) => smooth?.ici);
  const [one, other] = [ici(bootstrapDraws(task)), ici(bootstrapDraws({ ...task, stream: 0 }))];
  expect(new Set([...one, ...other]).size).toBe(80);
});
