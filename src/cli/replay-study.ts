import {
  type ComparedTimes,
  comparedTimes,
  loadStudy,
  type PatientReplay,
  type Replay,
  type ReplayState,
  replay,
  replayPatient,
  replayState,
  runnable,
} from "../assess/index.ts";
import { openStore } from "../data/index.ts";
import { type ExecutableModel, type Protocol, parseProtocol } from "../protocol/index.ts";
import { type RunOptions, readModel } from "./model-file.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { protocolFile } from "./study-folder.ts";

/** What a replay found; `model` is absent where the study ships none that can be run. */
export type StudyReplay = {
  readonly protocol: Protocol;
  /** The columns that say when inputs became known and predictions were made, where the protocol names the first. */
  readonly times: ComparedTimes | undefined;
} & (
  | { readonly model?: never }
  | (Ran & { readonly summary: Replay })
  | (Ran & { readonly patient: PatientReplay })
);

interface Ran {
  readonly model: ExecutableModel;
  readonly state: ReplayState;
}

/** Recomputes the scores of a study, or those of one patient; to ask for it is to run the model. Throws what an evaluation of the same files throws. */
export async function replayStudy(
  studyDir: string,
  patient: string | undefined,
  { allowNetwork }: Pick<RunOptions, "allowNetwork">,
): Promise<StudyReplay> {
  const protocol = parseProtocol(readProtocolFile(studyDir).text, protocolFile);
  const times = comparedTimes(protocol.data);
  const files = await readModel(studyDir, protocol, {
    runModel: true,
    ...(allowNetwork ? { allowNetwork } : {}),
  });
  const ready = files && runnable(files.shipped);
  if (!ready) return { protocol, times };
  const ran = { protocol, times, model: ready.model, state: replayState(files.shipped) };
  const store = await openStore({ studyDir });
  try {
    await loadStudy(store, protocol);
    return patient === undefined
      ? { ...ran, summary: await replay(store, protocol, ready) }
      : { ...ran, patient: await replayPatient(store, protocol, ready, patient) };
  } finally {
    await store.close();
  }
}
