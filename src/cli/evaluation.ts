import type { ReplayState } from "../assess/index.ts";
import type { Engine } from "../data/index.ts";
import type { Dossier } from "../evidence/dossier.ts";
import type { FindingsSummary } from "./findings-text.ts";

/** One piece of the work has begun; `done` pieces of `of` lie behind it. */
export interface Step {
  readonly done: number;
  readonly of: number;
  readonly what: string;
}

/** What an evaluation hands to the surfaces: the dossier, or the data report alone while results are sealed. */
export type Evaluation = OpenedEvaluation | SealedEvaluation;

export interface OpenedEvaluation {
  readonly sealed: false;
  readonly replay: ReplayState;
  readonly dossier: Dossier;
  readonly outDir: string;
  readonly files: { readonly memo: string; readonly report: string; readonly dossier: string };
  readonly seconds: number;
}

export interface SealedEvaluation {
  readonly sealed: true;
  readonly replay: ReplayState;
  readonly model: { readonly name: string; readonly version: string };
  readonly outDir: string;
  readonly files: { readonly dataReport: string; readonly quality: string };
  readonly qualitySha256: string;
  /** Of the data report. */
  readonly findings: FindingsSummary;
  /** Why an acknowledgement that is there does not hold, where one is. */
  readonly voided?: string;
  /** Acts that the ledger holds and the study has no receipt of, in words. */
  readonly withoutReceipt: readonly string[];
  /** What to run next. */
  readonly acknowledgeCommand: string;
  readonly seconds: number;
}

export type EvaluateStudy = (options: {
  readonly study: string;
  readonly out?: string;
  readonly asOf?: string;
  readonly seed?: number;
  readonly bootstrapDraws?: number;
  /** Runs a model that is a command, which otherwise nothing does. */
  readonly runModel?: true;
  /** Without cutting off the network. */
  readonly allowNetwork?: true;
  /** Folder of the ledger that the run is written to. */
  readonly workspace: string;
  readonly clock: () => Date;
  /** Where one has been started already; closed in the end. */
  readonly engine?: Engine;
  readonly progress: (step: Step) => void;
}) => Promise<Evaluation>;
