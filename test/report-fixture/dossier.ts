import type { Dossier } from "../../src/evidence/dossier.ts";
import type { Finding } from "../../src/evidence/finding.ts";
import type { Requirement, RequirementState } from "../../src/evidence/requirement.ts";
import { estimates, horizon, measures } from "./estimates.ts";
import { attrition, curves, matrices, tables } from "./figures.ts";
import { memo } from "./memo.ts";

type GateRow = readonly [string, RequirementState, string];
const gates: readonly GateRow[] = [
  ["Provenance", "no evidence", "no known-at times"],
  ["Burden", "pass", "$1,629 of $5,000"],
  ["Fallback", "no evidence", "no drill"],
  ["Net load", "no evidence", "no time study"],
  ["Outages", "no evidence", "no outage log"],
  ["Incentives", "pass", "no fee per alert"],
  ["Peer training", "no evidence", "0 sessions"],
];

const requirements: readonly Requirement[] = [
  ...gates.map(([name, state, found], index) => ({
    id: `gate.${name.toLowerCase().replaceAll(" ", "-")}`,
    gate: index + 1,
    name,
    state,
    kind: index === 1 ? ("measured" as const) : ("procedural" as const),
    neededFor: index === 0 || index === 5 ? ("silent" as const) : ("live" as const),
    found: index === 1 ? [{ id: "burden.usd", part: "value" } as const, " of $5,000"] : [found],
    evidence: index === 1 ? ["burden.usd"] : [],
    ...(state === "pass" ? {} : { remedy: `Supply the evidence for ${name.toLowerCase()}.` }),
  })),
  {
    id: "acceptance.net-benefit",
    name: "Net benefit above the better default",
    state: "no evidence",
    kind: "measured",
    neededFor: "silent",
    found: ["the interval spans 0, about n = 9,400 needed"],
    evidence: ["performance.net-benefit-gain@60mo"],
    remedy: "Validate in a larger cohort.",
    expires: "2027-11-30",
  },
  {
    id: "owner.signed",
    name: "Owner of success has signed",
    state: "fail",
    kind: "procedural",
    neededFor: "silent",
    found: ["the paper of 2025 has lapsed"],
    lapsed: true,
    evidence: [],
    remedy: "Name and sign.",
  },
];

const findings: readonly Finding[] = [
  {
    id: "quality.known-at",
    stage: "quality",
    severity: "serious",
    sentence: ["No value carries the time at which it was known: 0 of 686 rows."],
    estimates: ["cohort.women"],
    rows: { count: 686, lines: ["gbsg.csv:2", "gbsg.csv:3"] },
    remedy: "Ask the source for recording times.",
  },
  {
    id: "quality.period",
    stage: "quality",
    severity: "concern",
    sentence: ["The women were recruited 1984\u201389; treatment has changed since."],
    estimates: [],
    remedy: "Validate in a cohort treated today.",
  },
  {
    id: "quality.unknown",
    stage: "endpoint",
    severity: "concern",
    sentence: [
      "Status at 4.99 years is unknown for ",
      { id: "cohort.unknown@60mo", part: "both" },
      " women.",
    ],
    estimates: ["cohort.unknown@60mo"],
    rows: { count: 278 },
    remedy: "Extend follow-up.",
  },
  {
    id: "quality.complete",
    stage: "quality",
    severity: "info",
    sentence: ["Every variable is complete."],
    estimates: [],
    remedy: "Nothing to do.",
  },
];

const entry = {
  ledger: "probity.local/0123456789abcdef",
  leaf: "beef".repeat(16),
  time: "2026-11-21T09:54:46.000Z",
  by: "Ana Ruiz",
};

export const dossier: Dossier = {
  format: "probity-dossier/3",
  title: "Five-year recurrence after surgery for node-positive breast cancer",
  model: { name: "node-positive-rfs-cox", version: "1.0.0" },
  asOf: "2026-11-30",
  protocolSha256: "8c41d0aa".repeat(8),
  trail: {
    lock: {
      entry: { ...entry, index: 0 },
      protocolSha256: "77aa01ff".repeat(8),
      outcomes: "results not opened before",
    },
    amendments: [
      {
        entry: { ...entry, index: 4, time: "2026-11-24T08:00:00.000Z" },
        protocolSha256: "8c41d0aa".repeat(8),
        outcomes: "results opened before, on 2026-11-23",
        reason: "the board asked for a higher threshold",
        changes: [{ path: "acceptance[1].at_least", before: "0.55", after: "0.6" }],
      },
    ],
    acknowledgement: {
      entry: { ...entry, index: 2 },
      qualitySha256: "01234567".repeat(8),
      reason: "the gaps are those of the plan",
    },
    voided: [
      {
        entry: { ...entry, index: 1, time: "2026-11-20T08:00:00.000Z", by: "Ben Okoye" },
        qualitySha256: "89abcdef".repeat(8),
        reason: "the first delivery had no dates",
      },
    ],
    withoutReceipt: [],
    replaced: [],
    rejections: [],
    earlier: [],
  },
  seed: 1,
  horizons: ["12mo", "24mo", horizon],
  primaryHorizon: horizon,
  minimumCell: 11,
  files: [
    { id: 1, name: "gbsg.csv", bytes: 24_310, sha256: "5d1f".repeat(16), rows: 686 },
    { id: 2, name: "predictions.csv", bytes: 31_002, sha256: "90ab".repeat(16), rows: 686 },
  ],
  verdict: {
    word: "HOLD",
    halted: true,
    reason: ["Five gates have no evidence, among them provenance, which a silent run needs."],
    decidedBy: ["gate.provenance"],
    wouldChange: ["Recording times for the model's inputs, and a signed owner."],
  },
  memo,
  quality: [
    {
      question: "What do we have?",
      answers: [
        [
          { id: "cohort.women", part: "value" },
          " women, ",
          { id: "cohort.events", part: "value" },
          " events.",
        ],
        ["Follow-up is cut at 60 months; status is read at 4.99 years."],
      ],
    },
    {
      question: "What is missing?",
      answers: [
        ["Status at 4.99 years for ", { id: "cohort.unknown@60mo", part: "both" }, " women."],
        ["The time at which any value was known."],
      ],
    },
    {
      question: "How do we know the labels are right?",
      answers: [
        ["We do not know. No chart was abstracted twice: ", { id: "labels.kappa", part: "value" }, "."],
      ],
    },
  ],
  attrition,
  findings,
  requirements,
  measures,
  estimates,
  curves,
  tables,
  matrices,
};
