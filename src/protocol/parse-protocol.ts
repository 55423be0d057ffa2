import { type Explanation, explain } from "./explain.ts";
import { type Fault, formatPath, problemOf } from "./fault.ts";
import { normalise } from "./normalise.ts";
import type { Sections } from "./normalising.ts";
import type { Protocol } from "./protocol.ts";
import { type ProtocolInput, protocolSchema } from "./schema.ts";
import { Spelling, without } from "./spelling.ts";
import { type Path, readYaml, type YamlMapping } from "./yaml-source.ts";

/**
 * Read a protocol: YAML, then the schema, then the rules across fields. The result is deeply frozen.
 *
 * Throws a Problem that names `file:line:column path` of the first fault, a hint, and in `others` up to 20
 * further ones: of repeated keys, of the schema, and of the rules across those sections that the schema accepts.
 * Codes: docs/problems.md.
 */
export function parseProtocol(text: string, fileName: string): Protocol {
  const faults: Fault[] = [];
  const source = readYaml(text, fileName, faults);
  const { spelling, misspelt, value, explanations } = explained(source.value);
  const asWritten = spelling.over(source);
  const faultOf = ({ code, path, at, message, hint }: Explanation): Fault => {
    const offset = at === "key" ? asWritten.keyOffsetOf(path) : asWritten.offsetOf(path);
    return { code, message, hint, offset, where: asWritten.place(offset, path) };
  };
  faults.push(...[...misspelt, ...explanations].map(faultOf));
  const sections = acceptedSections(value, explanations);
  const protocol = normalise(sections, asWritten);
  if (!("format" in protocol)) faults.push(...protocol);
  if (faults.length > 0 || !("format" in protocol)) throw problemOf(faults);
  return protocol;
}

/** What the schema has against the value once misspelt fields bear the names that were meant. */
function explained(written: YamlMapping) {
  const spelling = new Spelling();
  const misspelt: Explanation[] = [];
  let value = written;
  for (;;) {
    const result = protocolSchema.safeParse(value);
    const found = result.success ? [] : explain(protocolSchema, value, result.error.issues);
    const slips = firstOfEachField(found.filter((one) => !spelling.hasCorrected(one)));
    if (slips.length === 0) return { spelling, misspelt, value, explanations: found };
    misspelt.push(...slips);
    value = spelling.correct(value, slips);
  }
}

/** The first misspelling of each absent field. */
function firstOfEachField(explanations: readonly Explanation[]): Explanation[] {
  const byField = new Map<string, Explanation>();
  for (const explanation of explanations) {
    const { meant, path } = explanation;
    const field = JSON.stringify([...path.slice(0, -1), meant]);
    if (meant !== undefined && !byField.has(field)) byField.set(field, explanation);
  }
  return [...byField.values()];
}

/** The sections that the schema accepts once unknown fields are gone, so that their rules are checked as well. */
function acceptedSections(value: YamlMapping, explanations: readonly Explanation[]): Sections {
  const unknown = explanations.filter(({ code }) => code === "protocol-unknown-field");
  const known = without(
    value,
    unknown.map(({ path }) => path),
  );
  const faulty = new Set<string>();
  const accepted: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(protocolSchema.shape)) {
    const result = schema.safeParse(known[name]);
    if (result.success) accepted[name] = result.data;
    else faulty.add(name);
  }
  return { accepted: accepted as Partial<ProtocolInput>, faulty };
}

/**
 * `file:line:column path` of a field, for problems found later, in the data: ["data", "variables", "age"].
 * A field that is absent has the place of the nearest one around it.
 */
export function protocolPlace(text: string, fileName: string, path: Path): string {
  const source = readYaml(text, fileName);
  return source.place(source.keyOffsetOf(path), path);
}

/** A field of the protocol as it is written: its path and the whole line on which it begins. */
export interface ProtocolLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** The lines of these fields, in their order. A field that is absent has the line of the nearest one around it. */
export function protocolLines(
  text: string,
  fileName: string,
  paths: readonly Path[],
): readonly ProtocolLine[] {
  const source = readYaml(text, fileName);
  const lines = text.split(/\r?\n/);
  return paths.map((path) => {
    const line = source.lineOf(source.keyOffsetOf(path));
    return { path: formatPath(path), line, text: lines[line - 1] ?? "" };
  });
}
