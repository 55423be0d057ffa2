import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { evaluateStudy } from "../../src/cli/evaluate-study.ts";
import { type Store, startEngine } from "../../src/data/index.ts";
import { Problem } from "../../src/evidence/problem.ts";
import { writeBinaryStudy } from "./binary-study.ts";
import { evaluated, workspace } from "./evaluate.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

// Node ends the program at an error that nobody waits for: exit code 1, a stack trace, and the staged folder stays.
const unwaited: unknown[] = [];
const note = (reason: unknown) => unwaited.push(reason);
beforeEach(() => {
  unwaited.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(() => {
  process.off("unhandledRejection", note);
});

/** The engine with some of its answers replaced. */
function engineWith(change: (store: Store) => Partial<Store>) {
  const engine = startEngine();
  const open: typeof engine.open = async (options) => {
    const store = await engine.open(options);
    return { ...store, ...change(store) };
  };
  return { ...engine, open };
}

const stopped = () => new Problem("data-engine-stopped", "the data engine stopped before it had finished");

const charts = `extractions:
  file: charts.csv
  key: chart
  values:
    stage: { kind: category, model: stage_m, human: stage_h, levels: [I, II], agreement_at_least: 0.80 }
acceptance:`;

test("an engine that stops while rows and charts are read is one problem", async () => {
  const path = writeBinaryStudy(join(folder.path, "charts"), {
    rows: Array.from({ length: 40 }, (_, i) => ({ event: i % 3 === 0 ? 1 : 0, risk: (i % 10) / 10 })),
    protocol: (text) => replaced(text, "acceptance:", charts),
  });
  writeFileSync(join(path, "charts.csv"), "chart,stage_m,stage_h\nc1,I,I\nc2,II,I\n");
  const out = join(folder.path, "charts-out");
  await evaluated(path, out, { draws: 0 });
  const engine = engineWith((store) => ({
    writeParquet: async () => {
      throw stopped();
    },
    columns: async (request) => {
      if (request.table !== "extractions") return store.columns(request);
      await sleep(10);
      throw stopped();
    },
  }));
  const clock = () => new Date();
  const options = { study: path, out, bootstrapDraws: 0, workspace, clock, engine, progress: () => {} };
  await expect(evaluateStudy(options)).rejects.toMatchObject({ code: "data-engine-stopped" });
  // What was started has failed by then.
  await sleep(50);
  expect(unwaited).toEqual([]);
});
