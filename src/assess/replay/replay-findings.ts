import type { Finding } from "../../evidence/finding.ts";
import type { Phrase } from "../../evidence/phrase.ts";
import type { Protocol } from "../../protocol/index.ts";
import { timingIds } from "../quality/known-at-piece.ts";
import type { Replay } from "./replayed.ts";

/** An empty input explains a score that is not met; only what it leaves unexplained questions model and version. */
export function scoresDiffer(
  { nPatients, nEqual, differing, nLacking, lacking, timing }: Replay,
  { data }: Protocol,
  replayedId: string,
): Finding {
  const label = (name: string) => data.variables.find((variable) => variable.name === name)!.label;
  const empty = lacking.map(({ variable }) => `data.missing/${variable}`);
  const because: Phrase = lacking.flatMap(({ variable }, i) => [
    `${i === 0 ? "" : ", "}${label(variable)} in `,
    { id: `data.missing/${variable}`, part: "fraction" },
  ]);
  const nLeftOut = timing?.leftOut.length ?? 0;
  const nDiffering = nPatients - nEqual - nLeftOut;
  const isExplained = nLacking === nDiffering;
  const leftOut: Phrase = [
    ". Inputs were left out where they became known after the prediction, in ",
    { id: timingIds.late, part: "fraction" },
    ", or are not shown to be either, in ",
    { id: timingIds.untimed, part: "fraction" },
    "; the others are not met with all of theirs",
  ];
  return {
    id: "quality.replay",
    stage: "quality",
    severity: "serious",
    sentence: [
      "Recomputed from the raw rows, the scores of only ",
      { id: replayedId, part: "both" },
      ` ${data.patients.unit.many} equal those in the predictions file`,
      ...(nLeftOut > 0 ? leftOut : []),
      ...(lacking.length === 0
        ? ["."]
        : [
            ". Empty inputs: ",
            ...because,
            "; the model gives no score there, the predictions file does.",
            ...(isExplained ? [] : [" Others differ though every input is there."]),
          ]),
    ],
    estimates: [replayedId, ...(nLeftOut > 0 ? [timingIds.late, timingIds.untimed] : []), ...empty],
    rows: {
      count: nDiffering,
      lines: differing
        .filter((score) => score.leftOut === undefined)
        .slice(0, 10)
        .map(({ sourceLine, output }) => `${data.patients.file}:${sourceLine} ${output}`),
    },
    remedy: [
      ...(lacking.length > 0 ? [emptyInputRemedy] : []),
      ...(isExplained
        ? []
        : ["Find which model, version or input made the predictions file, and score again."]),
    ].join(" "),
  };
}

const emptyInputRemedy =
  "Give the value that the score was made with where an input is empty, or keep only patients who have every input.";

export const commandNotRun: Finding = {
  id: "quality.model-not-run",
  stage: "quality",
  severity: "info",
  sentence: [
    "The scores were not recomputed: the model is a command, which is run only where somebody asks.",
  ],
  estimates: [],
  remedy: "Evaluate with --run-model.",
};

export function ranWithNetwork(replayed: string): Finding {
  return {
    id: "quality.model-network",
    stage: "quality",
    severity: "concern",
    sentence: [
      "The model's command was run with network: it could have fetched its scores or sent its rows away.",
    ],
    estimates: [replayed],
    remedy: "Run it on Linux without --allow-network, which cuts the network off.",
  };
}
