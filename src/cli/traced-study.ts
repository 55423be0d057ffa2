import { type ReplayState, replayState, runnable, type StudyRows, studyRows } from "../assess/index.ts";
import { openStore, type SourceRecord, type Store, studyFileSha256 } from "../data/index.ts";
import { type Protocol, parseProtocol } from "../protocol/index.ts";
import { type RunOptions, readModel } from "./model-file.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { readReview } from "./review-file.ts";
import { refuseOther } from "./same-source.ts";
import { findStudy, protocolFile } from "./study-folder.ts";
import type { TeamDossier } from "./team-dossier.ts";

/** The study of a dossier, proved to be the same bytes and read again. Close it at the end. */
export interface TracedStudy {
  readonly protocol: Protocol;
  readonly protocolText: string;
  readonly rows: StudyRows;
  readonly model: ReplayState;
  /** The records that start at these lines of a table, as they stand in its file. */
  readonly records: (table: string, lines: readonly number[]) => Promise<readonly SourceRecord[]>;
  readonly close: () => Promise<void>;
}

const recordsPerRead = 100_000;

/**
 * Opens the study that a dossier was made from. A model that is a command is run only where `options` say so.
 *
 * Errors: a Problem where protocol or files are no longer those of the dossier's manifest.
 */
export async function openTracedStudy(
  study: string,
  { manifest }: Pick<TeamDossier, "manifest">,
  options: RunOptions,
): Promise<TracedStudy> {
  const studyDir = findStudy(study);
  const { text, path, sha256 } = readProtocolFile(studyDir);
  refuseOther(path, sha256, manifest.protocol.sha256);
  for (const { name, sha256: expected } of manifest.inputs)
    refuseOther(name, await studyFileSha256(studyDir, name), expected);
  const protocol = parseProtocol(text, protocolFile);
  const files = await readModel(studyDir, protocol, options);
  const readings = await readReview(studyDir, protocol);
  for (const { name, sha256: now } of [...(files?.sources ?? []), ...(readings ? [readings.source] : [])])
    refuseOther(name, now, manifest.inputs.find((input) => input.name === name)?.sha256);
  const store = await openStore({ studyDir });
  try {
    const rows = await studyRows(store, protocol, files && runnable(files.shipped), readings?.review);
    const expected = new Map(manifest.inputs.map((input) => [input.name, input.sha256]));
    for (const file of rows.files) refuseOther(file.name, file.sha256, expected.get(file.name));
    return {
      protocol,
      protocolText: text,
      rows,
      model: replayState(files?.shipped),
      records: (table, lines) => recordsAt(store, table, lines),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function recordsAt(store: Store, table: string, lines: readonly number[]): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for (let from = 0; from < lines.length; from += recordsPerRead) {
    records.push(...(await store.rows({ table, lines: lines.slice(from, from + recordsPerRead) })));
  }
  return records;
}
