import { loadStudy, type PatientReplay, type Replay, replay, replayPatient } from "../assess/index.ts";
import { openStore } from "../data/index.ts";
import { type ExecutableModel, type Protocol, parseProtocol } from "../protocol/index.ts";
import { readModel } from "./model-file.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { protocolFile } from "./study-folder.ts";

/** What a replay found; `model` is absent where the study ships none that can be run. */
export type StudyReplay = { readonly protocol: Protocol } & (
  | { readonly model?: never }
  | { readonly model: ExecutableModel; readonly summary: Replay }
  | { readonly model: ExecutableModel; readonly patient: PatientReplay }
);

/** Recomputes the scores of a study, or those of one patient. Throws what an evaluation of the same files throws. */
export async function replayStudy(studyDir: string, patient: string | undefined): Promise<StudyReplay> {
  const protocol = parseProtocol(readProtocolFile(studyDir).text, protocolFile);
  const executable = await readModel(studyDir, protocol);
  if (!executable) return { protocol };
  const { model } = executable;
  const store = await openStore({ studyDir });
  try {
    await loadStudy(store, protocol);
    return patient === undefined
      ? { protocol, model, summary: await replay(store, protocol, model) }
      : { protocol, model, patient: await replayPatient(store, protocol, model, patient) };
  } finally {
    await store.close();
  }
}
