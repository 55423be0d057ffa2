import { explain } from "./explain.ts";
import { type Fault, formatPath, problemOf } from "./fault.ts";
import { normalise } from "./normalise.ts";
import { given } from "./normalising.ts";
import type { Protocol } from "./protocol.ts";
import { protocolSchema } from "./schema.ts";
import { type Path, readYaml } from "./yaml-source.ts";

/**
 * Read a protocol: YAML, then the schema, then the rules across fields. The result is deeply frozen.
 *
 * Throws a Problem that names `file:line:column path` of the first fault, a hint, and in `others` up to 20
 * further ones. Codes: docs/problems.md.
 */
export function parseProtocol(text: string, fileName: string): Protocol {
  const source = readYaml(text, fileName);
  const result = protocolSchema.safeParse(source.value);
  if (!result.success) {
    const faults = explain(protocolSchema, source.value, result.error.issues).map(
      ({ code, path, at, message, hint }): Fault => {
        const offset = at === "key" ? source.keyOffsetOf(path) : source.offsetOf(path);
        return given({ code, message, hint, offset, where: source.place(offset, path) });
      },
    );
    throw problemOf(faults);
  }
  const protocol = normalise(result.data, source);
  if (!("format" in protocol)) throw problemOf(protocol);
  return protocol;
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
