import { bodyOf, type RecordKinds } from "../ledger/index.ts";
import { registerKinds } from "./registers/register-records.ts";

/** What a workspace writes down. Names and reasons of people, hashes of files; never health data. */
export const recordKinds: RecordKinds = new Map([
  [
    "lock",
    bodyOf({
      study: "text",
      protocol: "sha256",
      /** Whether anyone could know the outcomes: `outcomesKnown`. */
      outcomes: "text",
    }),
  ],
  [
    "amendment",
    bodyOf({ study: "text", protocol: "sha256", replaces: "sha256", outcomes: "text", reason: "text" }),
  ],
  [
    "acknowledgement",
    bodyOf({
      study: "text",
      quality: "sha256",
      reason: "text",
      /** The tables of the data report: `inputTexts`. */
      files: "texts?",
    }),
  ],
  [
    "run",
    bodyOf({
      study: "text",
      protocol: "sha256",
      quality: "sha256",
      /** What was opened: the data report alone, or the results too. */
      opened: "text",
      /** What it was made from: `inputTexts`. */
      files: "texts?",
      /** Hashes of the dossier's two halves, where results were opened. */
      team: "sha256?",
      committee: "sha256?",
      memo: "sha256?",
      report: "sha256?",
      /** Of team/manifest.json, which has the hashes of the team's rows and pages. */
      manifest: "sha256?",
      verdict: "text?",
      asOf: "day",
      seed: "count",
      /** Bootstrap draws, where results were opened. */
      draws: "count?",
      code: "text",
    }),
  ],
  /** Whose key it is: the actor's. Signatures of that key under another name are refused. */
  ["key", bodyOf({ key: "text" })],
  [
    "signature",
    bodyOf({
      study: "text",
      committee: "sha256",
      memo: "sha256",
      report: "sha256",
      verdict: "text",
      role: "text",
      meaning: "text",
      by: "text",
      time: "time",
      /** The ledger as it stood when the person signed: who signs the memo witnesses its history. */
      ledger: "text",
      size: "count",
      root: "sha256",
      key: "text",
      signature: "text",
    }),
  ],
  ...registerKinds,
]);

/** What a run opened. */
export const opened = { quality: "data report", results: "results" } as const;

/** What the lock or amendment of a protocol says about the outcomes. */
export const outcomes = {
  notOpened: "results not opened before",
  public: (why: string) => `outcomes public before: ${why}`,
  /** `study`: the name under which they were opened, where it is another one. */
  opened: (day: string, study?: string) =>
    `results opened before, on ${day}${study === undefined ? "" : `, as ${study}`}`,
  openable: (day: string) => `results could be opened before, from ${day} on`,
} as const;
