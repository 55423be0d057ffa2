import type { Explanation } from "./explain.ts";
import type { Path, YamlMapping, YamlSource, YamlValue } from "./yaml-source.ts";

const keyOf = (path: Path) => JSON.stringify(path);

/**
 * Fields under the names that were meant, each with the name that is written: reading goes on as if they had been spelt
 * right, so that one slip is one fault and what stands inside such a field is checked in the same pass.
 */
export class Spelling {
  private readonly written = new Map<string, string>();

  /** The value with each misspelt field under the name that was meant. */
  correct(value: YamlMapping, slips: readonly Explanation[]): YamlMapping {
    const names = new Map<string, string>();
    for (const { path, meant } of slips) {
      names.set(keyOf(path), meant!);
      this.written.set(keyOf([...path.slice(0, -1), meant!]), String(path.at(-1)));
    }
    return edited(value, [], names) as YamlMapping;
  }

  /** Once a field has been renamed it stays so: two forms of one mapping could each ask for the other's name. */
  hasCorrected({ path, meant }: Explanation): boolean {
    return [path, [...path.slice(0, -1), meant ?? ""]].some((one) => this.written.has(keyOf(one)));
  }

  /** The path as the file has it. */
  asWritten(path: Path): Path {
    return path.map((key, i) => this.written.get(keyOf(path.slice(0, i + 1))) ?? key);
  }

  /** Places for the paths of the corrected value. */
  over(source: YamlSource): YamlSource {
    return {
      value: source.value,
      offsetOf: (path) => source.offsetOf(this.asWritten(path)),
      keyOffsetOf: (path) => source.keyOffsetOf(this.asWritten(path)),
      place: (offset, path) => source.place(offset, path && this.asWritten(path)),
      lineOf: source.lineOf,
      offsetInText: (path, character) => source.offsetInText(this.asWritten(path), character),
    };
  }
}

/** Without the fields at these paths. */
export function without(value: YamlMapping, paths: readonly Path[]): YamlMapping {
  return edited(value, [], new Map(paths.map((path) => [keyOf(path), undefined]))) as YamlMapping;
}

/** A copy in which each of the named fields has its new name, or is gone where it has none. */
function edited(value: YamlValue, path: Path, names: ReadonlyMap<string, string | undefined>): YamlValue {
  if (Array.isArray(value)) return value.map((item, index) => edited(item, [...path, index], names));
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).flatMap(([field, inner]): [string, YamlValue][] => {
    const at = keyOf([...path, field]);
    const name = names.has(at) ? names.get(at) : field;
    return name === undefined ? [] : [[name, edited(inner, [...path, field], names)]];
  });
  return Object.fromEntries(fields);
}
