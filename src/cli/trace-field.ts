import { type Recount, recount } from "../decide/index.ts";
import type { Dossier } from "../evidence/dossier.ts";
import { givenFields } from "../evidence/given-fields.ts";
import { amendmentField, protocolNumberId } from "../evidence/phrase.ts";
import { Problem } from "../evidence/problem.ts";
import { closest } from "../evidence/suggestion.ts";
import type { Amendment, LedgerEntry, Trail } from "../evidence/trail.ts";
import { type ProtocolField, type ProtocolLine, protocolFields } from "../protocol/index.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { refuseOther } from "./same-source.ts";
import { findStudy, protocolFile } from "./study-folder.ts";
import type { TeamDossier } from "./team-dossier.ts";
import { type Decisions, decisionsOn, decisionTexts } from "./trace-decisions.ts";
import { notRecorded } from "./trace-text.ts";

const start = protocolNumberId("");

/** A number that the protocol gives, down to its lines and to who fixed them. */
export interface FieldTrace {
  readonly id: string;
  /** As memo and report print it; empty where they do not. */
  readonly printed: readonly (Recount & { readonly text: string })[];
  /** Empty where the protocol leaves the field out, and its default holds. */
  readonly lines: readonly ProtocolLine[];
  readonly decisions: Decisions;
  readonly protocolSha256: string;
  readonly entry: LedgerEntry | undefined;
  readonly other: LedgerEntry | undefined;
}

export function isFieldId(id: string): boolean {
  return id.startsWith(start);
}

/** Throws a Problem where neither the protocol nor a page has the field, or the protocol is not the dossier's. */
export function traceField(
  id: string,
  study: string,
  { dossier, manifest }: Pick<TeamDossier, "dossier" | "manifest">,
): Omit<FieldTrace, "entry" | "other"> {
  const name = id.slice(start.length);
  const { text, path, sha256 } = readProtocolFile(findStudy(study));
  refuseOther(path, sha256, manifest.protocol.sha256);
  const fields = protocolFields(text, protocolFile);
  const amended = amendmentOf(name, dossier.trail);
  if (amended !== undefined) {
    return { ...traceAmendment(id, amended, { dossier, fields }), protocolSha256: sha256 };
  }
  const field = fields.get(name);
  const given = givenFields(dossier).find((one) => one.field === name);
  if (field === undefined && given === undefined) throw fieldNotFound(id, name, [...fields.keys()]);
  const lines = field?.lines ?? [];
  return {
    id,
    printed: (given?.texts ?? []).map((printed) => ({
      text: printed,
      ...(field ? recount(name, field.value, printed) : { how: "the default", agrees: undefined }),
    })),
    lines,
    decisions: decisionsOn(dossier.trail, lines.length > 0 ? lines : [{ path: name }]),
    protocolSha256: sha256,
  };
}

/** The amendment that "amendments[0]" names, in the order of the trail. */
function amendmentOf(name: string, { amendments }: Trail): Amendment | undefined {
  return amendments.find((_, place) => amendmentField(place) === name);
}

/** Its values before and after, beside the lines where its fields stand now. */
function traceAmendment(
  id: string,
  amendment: Amendment,
  { dossier, fields }: { readonly dossier: Dossier; readonly fields: ReadonlyMap<string, ProtocolField> },
): Omit<FieldTrace, "entry" | "other" | "protocolSha256"> {
  const { changes } = amendment;
  const values = changes.flatMap(({ before, after }) => [before, after]);
  const given = givenFields(dossier).find(({ field }) => protocolNumberId(field) === id);
  const { lock } = dossier.trail;
  return {
    id,
    printed: (given?.texts ?? []).map((text) => ({
      text,
      how: "a value before or after the amendment",
      agrees: values.some((value) => value?.includes(text)),
    })),
    lines: changes.flatMap(({ path }) => fields.get(path)?.lines ?? []),
    decisions: decisionsOn(
      { lock, amendments: [amendment] },
      changes.map(({ path }) => ({ path })),
    ),
  };
}

function fieldNotFound(id: string, name: string, known: readonly string[]): Problem {
  const near = closest(name, known);
  return new Problem("number-not-found", `the protocol has no field "${name}"`, {
    where: id,
    hint: near === undefined ? "the report lists every id" : `did you mean "${protocolNumberId(near)}"?`,
  });
}

export function fieldAgrees({ printed, other }: FieldTrace): boolean {
  return other === undefined && printed.every(({ agrees }) => agrees !== false);
}

const fact = (name: string, text: string) => `${name.padEnd(11)} ${text}`;

/** For a terminal: one fact a line, its name in front. */
export function fieldText({
  id,
  printed,
  lines,
  decisions,
  protocolSha256,
  entry,
  other,
}: FieldTrace): string {
  const name = id.slice(start.length);
  return [
    `${id}  given by the protocol`,
    ...(printed.length === 0 ? [fact("printed", "no: memo and report print no number of it")] : []),
    ...printed.flatMap(({ text, how, agrees }) => [
      fact("value", text),
      fact("equation", `none: ${how}`),
      agrees === undefined
        ? fact("recounted", "no: the field alone does not give it")
        : agrees
          ? fact("agrees", "yes, the field gives it")
          : fact("DIFFERS", `value: the dossier says ${text}, the field does not`),
    ]),
    fact("base", "none: no row is counted"),
    ...(lines.length === 0
      ? [fact("protocol", `${protocolFile} has nothing of ${name}: what it leaves out has its default`)]
      : lines.map(({ path, line, text }) =>
          fact("protocol", `${protocolFile}:${line} ${path}  ${text.trim()}`),
        )),
    ...decisionTexts(decisions).map(([label, text]) => fact(label, text)),
    fact("protocol", `sha256 ${protocolSha256}`),
    fact(
      "ledger",
      other !== undefined
        ? "it has runs of this protocol, and none of them wrote this dossier"
        : entry === undefined
          ? notRecorded
          : `${entry.ledger} record ${entry.index}  leaf ${entry.leaf}, ${entry.time}`,
    ),
    "",
  ].join("\n");
}

export function fieldJson(trace: FieldTrace) {
  const { id, printed, lines, decisions, protocolSha256, entry, other } = trace;
  return {
    ...{ id, printed, agrees: fieldAgrees(trace) },
    protocol: { sha256: protocolSha256, lines, ...decisions },
    ledger: entry ?? null,
    recorded: entry !== undefined,
    ...(other === undefined ? {} : { notWrittenBy: other }),
  };
}
