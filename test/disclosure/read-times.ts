import { cells, events, unknown } from "./cells.ts";
import { type Knowledge, printed } from "./knowledge.ts";

/** Events, event-free and unknown of everybody at each horizon, from counts and from Kaplan–Meier. */
export function readStatus(known: Knowledge): void {
  const { n } = known;
  if (n === undefined) return;
  known.sum(known.of("all", cells), n);
  known.same([`by:${known.h}.events`], known.of("all", events));
  known.same([`by:${known.h}.censored`], known.of("all", unknown));
  if (known.dossier.binary) known.sum([`by:${known.h}.censored`], 0);
  for (const h of known.dossier.horizons) {
    const by = `by:${h}`;
    known.sum([`${by}.events`, `${by}.censored`, `${by}.left`], n);
    known.count(`cohort.events@${h}`, [`${by}.events`]);
    known.count(`cohort.event-free@${h}`, [`${by}.left`]);
    known.fraction(`cohort.unknown@${h}`, [`${by}.censored`]);
    for (const { id, ...estimate } of known.dossier.estimates) {
      const isWhole = !id.includes("/") && id.endsWith(`@${h}`);
      if (isWhole && "events" in estimate && estimate.events !== undefined)
        known.sum([`${by}.events`], estimate.events);
    }
    for (const [measure, sign] of [
      ["performance.observed", 1],
      ["cohort.survival", -1],
    ] as const) {
      const observed = known.estimate(`${measure}@${h}`);
      if (!observed) continue;
      const [low, high] =
        sign === 1
          ? printed(observed)
          : (printed(observed)
              .map((v) => 1 - v)
              .reverse() as never);
      known.sum([`${by}.events`], [Number.NEGATIVE_INFINITY, n * high]);
      known.sum([`${by}.events`, `${by}.censored`], [n * low, Number.POSITIVE_INFINITY]);
    }
    const expected = known.estimate(`performance.expected@${h}`);
    for (const [key, parts] of [
      ["none", ["events"]],
      ["all", ["events", "censored"]],
    ] as const) {
      const ratio = known.estimate(`performance.observed-expected-if-${key}@${h}`);
      if (!ratio || !expected) continue;
      const [a, b] = [printed(ratio), printed(expected)];
      known.sum(known.of(by, parts), [a[0] * b[0] * n, a[1] * b[1] * n]);
    }
  }
}

/** Points of time in order: horizons, rows of the risk table, the end. */
export function readTimes(known: Knowledge): void {
  const { n, dossier } = known;
  if (n === undefined) return;
  const months = (h: string) => (h === "60mo" ? 59.88 : Number.parseFloat(h));
  const table = dossier.tables.find(({ id }) => id === "cohort.risk-table");
  const points = [
    ...dossier.horizons.map((h) => ({ name: `by:${h}`, at: months(h) })),
    ...(table?.rows ?? []).map(([time], row) => ({ name: `by:row-${row}`, at: Number(time) - 1e-6 })),
    { name: "by:end", at: Number.POSITIVE_INFINITY },
  ].sort((a, b) => a.at - b.at);
  points.forEach(({ name }, i) => {
    const before = points[i - 1]?.name;
    for (const key of ["events", "censored"])
      known.same([`${name}.${key}`], [...(before ? [`${before}.${key}`] : []), `${name}.new-${key}`]);
    known.sum([`${name}.events`, `${name}.censored`, `${name}.left`], n);
  });
  known.sum(["by:end.left"], 0);
  const all = known.estimate("performance.harrell-c");
  if (all?.events !== undefined) known.sum(["by:end.events"], all.events);
  table?.rows.forEach(([, ...counts], row) => {
    counts.forEach((count, c) => {
      if (typeof count === "string")
        known.sum([`by:row-${row}.${["left", "events", "censored"][c]}`], Number(count));
    });
  });
}

/** The synthetic risks of all horizons rank alike; the groups are the same where their sizes are. */
export function readRiskGroups(known: Knowledge): void {
  const sizes = new Map<string, number>();
  known.dossier.horizons.forEach((h, i) => {
    const groups = known.dossier.estimates.flatMap(({ id, stratum }) =>
      stratum?.startsWith("risk-group:") && id === `performance.expected@${h}/${stratum}` ? [stratum] : [],
    );
    if (groups.length === 0) return;
    const of = (stratum: string, key: string, at = h) => `${stratum}@${at}.${key}`;
    for (const stratum of groups) {
      known.same([of(stratum, "n")], [of(stratum, "events"), of(stratum, "others")]);
      for (const measure of ["expected", "observed"]) {
        const estimate = known.estimate(`performance.${measure}@${h}/${stratum}`);
        if (!estimate) continue;
        sizes.set(of(stratum, "n"), estimate.n);
        known.sum([of(stratum, "n")], estimate.n);
        if (estimate.events !== undefined) known.sum([of(stratum, "events")], estimate.events);
        if (measure !== "observed") continue;
        const [low, high] = printed(estimate);
        known.sum([of(stratum, "events")], [Number.NEGATIVE_INFINITY, high * estimate.n]);
        known.sum([of(stratum, "events"), `by:${h}.censored`], [low * estimate.n, Number.POSITIVE_INFINITY]);
      }
    }
    for (const key of ["n", "events"])
      known.same(
        key === "n" ? [`by:${h}.events`, `by:${h}.censored`, `by:${h}.left`] : [`by:${h}.events`],
        groups.map((stratum) => of(stratum, key)),
      );
    const before = known.dossier.horizons[i - 1];
    const size = (stratum: string, at: string) => sizes.get(of(stratum, "n", at));
    if (before === undefined || groups.some((stratum) => size(stratum, h) !== size(stratum, before))) return;
    for (const stratum of groups) {
      known.same([of(stratum, "n")], [of(stratum, "n", before)]);
      known.same([of(stratum, "events")], [of(stratum, "events", before), of(stratum, "more")]);
    }
  });
}
