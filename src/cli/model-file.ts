import type { ShippedModel } from "../assess/index.ts";
import { type ProgramFile, programFiles, readStudyText, studyProgram } from "../data/index.ts";
import { Problem } from "../evidence/problem.ts";
import { type CommandModel, type Protocol, parseModelFile } from "../protocol/index.ts";

const maxModelBytes = 1024 * 1024;

/** Whether a model that is a command may be run, and how; nothing runs one that nobody asked for. */
export interface RunOptions {
  readonly runModel?: true;
  readonly allowNetwork?: true;
}

/** What a study ships of its model: what can be run of it, and every file of it as one of the study's sources. */
export interface ModelFiles {
  readonly shipped: ShippedModel;
  readonly sources: readonly ProgramFile[];
}

/** The model file, where the protocol names one, and the files of its command. */
export async function readModel(
  studyDir: string,
  protocol: Protocol,
  options: RunOptions,
): Promise<ModelFiles | undefined> {
  const { executable } = protocol.model;
  if (executable === undefined) return undefined;
  const { text, bytes, sha256 } = await readStudyText(studyDir, executable, { maxBytes: maxModelBytes });
  const model = parseModelFile(text, executable);
  const source = { name: executable, bytes, sha256 };
  if (model.kind === "formula") return { shipped: { model }, sources: [source] };
  refuseData(protocol, model);
  const files = await programFiles(studyDir, model.folder);
  const { folder, command, seconds, memoryMib } = model;
  const program = studyProgram({
    ...{ studyDir, folder, files, command, seconds, memoryMib },
    withNetwork: options.allowNetwork ?? false,
    searched: process.env.PATH ?? "",
  });
  return {
    shipped: options.runModel ? { model, program } : { model },
    sources: [source, ...files.filter(({ name }) => name !== executable)],
  };
}

/** A command that can read the predictions could give them back without a model. */
function refuseData({ data }: Protocol, { folder }: CommandModel): void {
  const tables = [
    data.patients.file,
    data.predictions.file,
    ...(data.development ? [data.development.file] : []),
  ];
  const inside = tables.find((file) => file.startsWith(`${folder}/`));
  if (inside === undefined) return;
  throw new Problem("model-folder", "a table of the study lies in the folder that the command may read", {
    where: inside,
    hint: "keep the model's files in a folder without data",
  });
}
