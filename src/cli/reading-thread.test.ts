import { expect, test } from "vitest";
import { calibrationPieces, type ReadingTask } from "../assess/index.ts";
import { ipcwSample } from "../stats/ipcw-mean.ts";
import { ascendingOrder } from "../stats/order.ts";
import { seededRandom } from "../stats/random.ts";
import { readingThread } from "./reading-thread.ts";

function taskOf(atDays: number): ReadingTask {
  const random = seededRandom(7);
  const n = 300;
  const time = Float64Array.from({ length: n }, () => 1 + random.integer(900)).sort();
  const event = Uint8Array.from({ length: n }, () => random.integer(2));
  const risk = Float64Array.from({ length: n }, () => 0.05 + 0.9 * random.next());
  const reading = {
    label: "12 months",
    short: "12mo",
    atDays,
    output: "risk",
    risk,
    byRisk: ascendingOrder(risk),
    sample: ipcwSample({ time, event, horizon: atDays }),
    isPrimary: true,
  };
  return { cohort: { n, time, event }, reading, grid: Float64Array.of(0.2, 0.5), intervals: undefined };
}

test("a second thread gives the same pieces, to several tasks at once", async () => {
  const thread = readingThread(0);
  const tasks = [taskOf(365.25), taskOf(200)];
  const found = await Promise.all(tasks.map(thread.run));
  await thread.close();
  expect(found).toEqual(tasks.map(calibrationPieces));
});

test("an error in the thread is the answer", async () => {
  const thread = readingThread(0);
  const task = taskOf(365.25);
  const broken = { ...task, reading: { ...task.reading, risk: task.reading.risk.slice(1) } };
  await expect(thread.run(broken)).rejects.toThrow("length");
  await thread.close();
});
