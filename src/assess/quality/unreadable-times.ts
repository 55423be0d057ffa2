import type { Store } from "../../data/index.ts";
import type { Data } from "../../protocol/index.ts";
import { refuseOffenders } from "../cohort/offending-rows.ts";
import { comparedTimes } from "./known-at.ts";
import { parseMoment } from "./moment.ts";

const nListed = 20;

/** Refuses text that is no date or time where the protocol compares it: of anybody in the file. */
export async function refuseUnreadableTimes(store: Store, data: Data): Promise<void> {
  const times = comparedTimes(data);
  if (times === undefined || "notCompared" in times) return;
  const names = [times.knownAt, times.predictedAt].filter((name) =>
    data.variables.some((variable) => variable.name === name && variable.type === "text"),
  );
  if (names.length === 0) return;
  const { columns, sourceLine } = await store.columns({ table: "patients", columns: names });
  for (const name of names) {
    const column = columns.get(name);
    if (column?.kind !== "text") throw new Error(`column ${name} is not text`);
    const isUnreadable = column.levels.map((text) => parseMoment(text) === undefined);
    if (!isUnreadable.includes(true)) continue;
    const first: string[] = [];
    let count = 0;
    for (const [row, code] of column.codes.entries()) {
      if (!isUnreadable[code]) continue;
      count++;
      if (first.length < nListed)
        first.push(`${data.patients.file}:${sourceLine[row]}:${name} ${JSON.stringify(column.levels[code])}`);
    }
    refuseOffenders(
      { count, first },
      {
        code: "data-not-a-time",
        one: `value of "${name}" is no date or time`,
        many: `values of "${name}" are no dates or times`,
        where: `${data.patients.file} column ${name}`,
        hint: "write 2024-03-05T14:30:00+01:00, 2024-03-05, or 2024-03 where the day is unknown; empty is missing",
      },
    );
  }
}
