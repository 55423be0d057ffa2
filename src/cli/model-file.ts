import { readStudyText } from "../data/index.ts";
import { type Protocol, parseModelFile } from "../protocol/index.ts";

const maxModelBytes = 1024 * 1024;

/** The model file, where the protocol names one: parsed, and as one of the study's sources. */
export async function readModel(studyDir: string, { model }: Protocol) {
  if (model.executable === undefined) return undefined;
  const { text, bytes, sha256 } = await readStudyText(studyDir, model.executable, {
    maxBytes: maxModelBytes,
  });
  return { model: parseModelFile(text, model.executable), source: { name: model.executable, bytes, sha256 } };
}
