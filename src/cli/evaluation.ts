import type { Dossier } from "../evidence/dossier.ts";

/** One piece of the work has begun; `done` pieces of `of` lie behind it. */
export interface Step {
  readonly done: number;
  readonly of: number;
  readonly what: string;
}

/** What an evaluation hands to the surfaces. */
export interface Evaluation {
  readonly dossier: Dossier;
  readonly outDir: string;
  readonly files: { readonly memo: string; readonly report: string; readonly dossier: string };
  readonly seconds: number;
}

export type EvaluateStudy = (options: {
  readonly study: string;
  readonly out?: string;
  readonly asOf?: string;
  readonly seed?: number;
  readonly bootstrapDraws?: number;
  readonly progress: (step: Step) => void;
}) => Promise<Evaluation>;
