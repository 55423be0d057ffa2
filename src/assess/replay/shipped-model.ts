import type { StudyProgram } from "../../data/index.ts";
import type { CommandModel, FormulaModel } from "../../protocol/index.ts";

/** A model that a study ships, as far as it may be run: a command only with its program, which somebody asked for. */
export type ShippedModel =
  | { readonly model: FormulaModel }
  | { readonly model: CommandModel; readonly program?: StudyProgram };

/** One that can be run now. */
export type RunnableModel =
  | { readonly model: FormulaModel }
  | { readonly model: CommandModel; readonly program: StudyProgram };

/** How the scores came to be recomputed, or why they were not. */
export type ReplayState =
  | "no model"
  | "formula"
  | "command not run"
  | "command without network"
  | "command with network";

export function replayState(shipped: ShippedModel | undefined): ReplayState {
  if (shipped === undefined) return "no model";
  if (!("program" in shipped)) return shipped.model.kind === "formula" ? "formula" : "command not run";
  return shipped.program?.withNetwork ? "command with network" : "command without network";
}

/** The model with all that it needs, or undefined for a command that nobody asked to run. */
export function runnable(shipped: ShippedModel): RunnableModel | undefined {
  const { model } = shipped;
  if (model.kind === "formula") return { model };
  const program = "program" in shipped ? shipped.program : undefined;
  return program && { model, program };
}
