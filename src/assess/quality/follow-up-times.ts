import type { Store } from "../../data/index.ts";
import { daysPer, type Protocol } from "../../protocol/index.ts";
import { refuseOffenders } from "../cohort/offending-rows.ts";

/** Nobody is followed for longer: the longest human life on record is 122 years. */
export const longestYears = 130;

/**
 * Refuses negative follow-up times, and those longer than a human life. Of anybody in the file: the criteria may not
 * hide that dates were mixed up.
 */
export async function refuseImpossibleTimes(store: Store, { data, endpoint }: Protocol): Promise<void> {
  if (!endpoint.time) return;
  const { column: name, unit } = endpoint.time;
  const most = (longestYears * daysPer.years) / daysPer[unit];
  const outside = async (low: number, high: number) => {
    const [offenders] = await store.implausible({
      table: "patients",
      columns: [{ name, plausible: [low, high] }],
    });
    return offenders!;
  };
  const impossible = await outside(0, most);
  if (impossible.count === 0) return;
  const where = `${data.patients.file} column ${name}`;
  refuseOffenders(await outside(0, Number.MAX_VALUE), {
    code: "data-negative-time",
    one: "follow-up time is negative",
    many: "follow-up times are negative",
    where,
    hint: "time runs from the index to the event or the end of follow-up; correct the dates it was computed from",
  });
  refuseOffenders(impossible, {
    code: "data-time-too-long",
    one: `follow-up time is longer than ${longestYears} years`,
    many: `follow-up times are longer than ${longestYears} years`,
    where,
    hint: `correct them, leave them empty where the time is unknown, or correct the unit in endpoint.time, ${unit}`,
  });
}
