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
    return slips.reduce((corrected, { path, meant }) => {
      this.written.set(keyOf([...path.slice(0, -1), meant!]), String(path.at(-1)));
      return edited(corrected, path, meant) as YamlMapping;
    }, value);
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
      offsetInText: (path, character) => source.offsetInText(this.asWritten(path), character),
    };
  }
}

/** Without the fields at these paths. */
export function without(value: YamlMapping, paths: readonly Path[]): YamlMapping {
  return paths.reduce((rest, path) => edited(rest, path, undefined) as YamlMapping, value);
}

/** A copy in which the field at the path is called `name`, or is gone. */
function edited(value: YamlValue, [key, ...rest]: Path, name: string | undefined): YamlValue {
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? edited(item, rest, name) : item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, inner]): [string, YamlValue][] => {
      if (field !== String(key)) return [[field, inner]];
      if (rest.length > 0) return [[field, edited(inner, rest, name)]];
      return name === undefined ? [] : [[name, inner]];
    }),
  );
}
