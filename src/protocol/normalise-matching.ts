import { refuseOtherFile, refuseSharedColumns, sampleOf } from "./normalise-charts.ts";
import { given, type Normalising } from "./normalising.ts";
import type { Protocol } from "./protocol.ts";
import { type TrialMatching, trialSteps } from "./protocol-charts.ts";
import type { Path } from "./yaml-source.ts";

/** Charts read for a trial, where the protocol names their file. */
export function normaliseTrialMatching(work: Normalising): Pick<Protocol, "trialMatching"> {
  const { trial_matching: input, extractions } = work.input;
  if (input === undefined) return {};
  const { file, key, kind = "marks", steps } = input;
  const by = Object.entries(input.by ?? {});
  const path = (...rest: Path) => ["trial_matching", ...rest];
  refuseOtherFile(work, path("file"), file);
  if (extractions?.file === file)
    work.contradiction(
      path("file"),
      `"${file}" is that of the extractions`,
      "give the screened charts a file of their own",
    );
  refuseSharedColumns(work, [
    [path("key"), key],
    ...trialSteps.map((step) => [path("steps", step), steps[step]] as const),
    ...(input.sample ? [[path("sample", "stratum"), input.sample.stratum] as const] : []),
    ...by.map(([column]) => [path("by", column), column] as const),
  ]);
  for (const [column, levels] of by)
    levels.forEach((level, i) => {
      if (level === "missing")
        work.contradiction(
          path("by", column, i),
          'the group of empty cells is called "missing"',
          "call the level by another name, in the file as well",
        );
      if (levels.indexOf(level) < i)
        work.contradiction(path("by", column, i), `level ${level} stands twice`, "keep one of them");
    });
  const trialMatching: TrialMatching = given({
    ...{ file, key, kind, steps },
    sample: input.sample && sampleOf(input.sample),
    by: by.map(([column, levels]) => ({ column, levels })),
    atLeast: given(input.at_least ?? {}),
  });
  return { trialMatching };
}
