import { Problem } from "../../evidence/problem.ts";
import type { CommandModel, ExecutableModel, FormulaModel, Protocol } from "../../protocol/index.ts";

/** The columns that a model reads, each once. */
export function variablesOf(model: ExecutableModel): readonly string[] {
  return model.kind === "command" ? model.reads : [...new Set(model.terms.map(({ variable }) => variable))];
}

/** Throws a Problem where the file does not hold the model that the protocol names, with the variables it declares. */
export function checkModel(protocol: Protocol, model: ExecutableModel): void {
  const { data, model: declared } = protocol;
  if (model.name !== declared.name || model.version !== declared.version) {
    refuse(
      protocol,
      `the file holds ${model.name}@${model.version}, the protocol names ${declared.name}@${declared.version}`,
      "ship the model that made the predictions",
    );
  }
  const unknown = variablesOf(model).find((read) => !data.variables.some(({ name }) => name === read));
  if (unknown !== undefined)
    refuse(protocol, `the model reads "${unknown}", which data.variables does not declare`, "declare it");
  if (model.kind === "command") checkCommand(protocol, model);
  else checkTransforms(protocol, model);
  const given = model.kind === "command" ? model.outputs : Object.keys(model.outputs);
  const missing = declared.outputs.find(({ name }) => !given.includes(name));
  if (missing)
    refuse(protocol, `the model gives no "${missing.name}"`, "give every output that the protocol names");
}

/** A command is sent predictors and nothing else: no outcome and no date that could give one away. */
function checkCommand(protocol: Protocol, { reads }: CommandModel): void {
  const { predictors } = protocol.model;
  const other = reads.find((name) => !predictors.includes(name));
  if (other !== undefined)
    refuse(
      protocol,
      `the command reads "${other}", which is not in model.predictors`,
      "add it there, or drop it",
    );
}

function checkTransforms(protocol: Protocol, { terms }: FormulaModel): void {
  for (const { variable, transform } of terms) {
    const { type, levels } = protocol.data.variables.find(({ name }) => name === variable)!;
    if (transform.kind !== "equals") {
      if (type === "text")
        refuse(protocol, `the transform ${transform.kind} of "${variable}" needs a number`, "use equals");
    } else if (levels && !levels.some(({ code }) => String(code) === String(transform.level))) {
      const codes = levels.map(({ code }) => code).join(", ");
      refuse(protocol, `"${variable}" has no level "${transform.level}"`, `its levels are ${codes}`);
    }
  }
}

function refuse({ model }: Protocol, message: string, hint: string): never {
  throw new Problem("model-mismatch", message, { where: model.executable ?? "model", hint });
}
