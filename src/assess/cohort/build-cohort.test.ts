import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Column, ColumnSet, Store } from "../../data/index.ts";
import { parseProtocol } from "../../protocol/index.ts";
import { inThisThread } from "../performance/reading-runner.ts";
import { buildCohort } from "./build-cohort.ts";

const file = new URL("../../../studies/breast-recurrence/protocol.yaml", import.meta.url);
const protocol = parseProtocol(readFileSync(file, "utf8"), "protocol.yaml");

const number = (...values: readonly number[]): Column => {
  return { kind: "number", values: Float64Array.from(values), missing: 0 };
};
const outcomes: ColumnSet = {
  n: 2,
  sourceLine: Int32Array.of(2, 3),
  columns: new Map([
    ["rfstime", number(20, 10)],
    ["endpoint event", { kind: "boolean", values: Int8Array.of(1, 0), missing: 0 }],
    ["predicted risk_12m", number(0.1, 0.2)],
    ["predicted risk_24m", number(0.2, 0.3)],
    ["predicted risk_60m", number(0.3, 0.4)],
  ]),
};

test("where a thread and the engine both fail, the first to be waited for is the error and the other is none", async () => {
  const answers = [async () => outcomes, () => sleep(10).then(() => Promise.reject(new Error("engine")))];
  const store = { columns: () => answers.shift()!() } as unknown as Store;
  const sort = () => Promise.reject(new Error("thread"));
  // Node ends the program at an error that nobody waits for.
  const unwaited: unknown[] = [];
  const note = (reason: unknown) => unwaited.push(reason);
  process.on("unhandledRejection", note);
  await expect(buildCohort(store, protocol, { ...inThisThread, sort })).rejects.toThrow("engine");
  await sleep(10);
  process.off("unhandledRejection", note);
  expect(unwaited).toEqual([]);
});
