import { formatPath } from "./fault.ts";
import type { ProtocolLine } from "./parse-protocol.ts";
import { type Path, readYaml, type YamlMapping, type YamlValue } from "./yaml-source.ts";

/** A field of a protocol by its path, as problems and amendments name it: "harms[0].delay_days". */
export interface ProtocolField {
  readonly value: YamlValue;
  /** Its own line first; of a list or mapping then the others on which values in it begin. */
  readonly lines: readonly ProtocolLine[];
}

/** Every field of the text, by its path. Throws a Problem where the text is no YAML. */
export function protocolFields(text: string, fileName: string): ReadonlyMap<string, ProtocolField> {
  const source = readYaml(text, fileName);
  const rawLines = text.split(/\r?\n/);
  const lineOf = (path: Path): ProtocolLine => {
    const line = source.lineOf(source.keyOffsetOf(path));
    return { path: formatPath(path), line, text: rawLines[line - 1] ?? "" };
  };
  const fields = new Map<string, ProtocolField>();
  const visit = (value: YamlValue, path: Path): readonly ProtocolLine[] => {
    const inner = childrenOf(value).flatMap(([key, child]) => visit(child, [...path, key]));
    const lines = path.length === 0 ? inner : [lineOf(path), ...inner];
    const seen = new Set<number>();
    const isFirst = ({ line }: ProtocolLine) => !seen.has(line) && seen.add(line).size > 0;
    if (path.length > 0) fields.set(formatPath(path), { value, lines: lines.filter(isFirst) });
    return lines;
  };
  visit(source.value, []);
  return fields;
}

function childrenOf(value: YamlValue): readonly (readonly [string | number, YamlValue])[] {
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value)
    ? (value as readonly YamlValue[]).map((one, i) => [i, one] as const)
    : Object.entries(value as YamlMapping);
}
