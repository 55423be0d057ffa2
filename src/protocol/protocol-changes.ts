import { readYaml, type YamlValue } from "./yaml-source.ts";

/** A field that differs between two protocols; null where it is absent. */
export interface ProtocolChange {
  /** "acceptance[2].at_least" */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * What changed from one protocol to another, field by field in the order of the texts.
 * Comments, white space and the spelling of a value (0.60 and 0.6) are no change. Items of lists are told apart by
 * their place. Throws a Problem where one of the texts is no YAML.
 */
export function protocolChanges(before: string, after: string, fileName: string): ProtocolChange[] {
  const old = fieldsOf(readYaml(before, fileName).value);
  const now = fieldsOf(readYaml(after, fileName).value);
  const paths = [...new Set([...old.keys(), ...now.keys()])];
  return paths.flatMap((path): ProtocolChange[] => {
    const [was, is] = [old.get(path) ?? null, now.get(path) ?? null];
    return was === is ? [] : [{ path, before: was, after: is }];
  });
}

/** "acceptance[2].at_least: 0.6 → 0.4" */
export function changeText({ path, before, after }: ProtocolChange): string {
  return `${path}: ${before ?? "absent"} → ${after ?? "absent"}`;
}

function fieldsOf(value: YamlValue): Map<string, string> {
  const fields = new Map<string, string>();
  const visit = (item: YamlValue, path: string): void => {
    if (typeof item !== "object" || item === null) {
      fields.set(path, typeof item === "string" ? item : JSON.stringify(item));
    } else if (Array.isArray(item)) {
      if (item.length === 0) fields.set(path, "[]");
      for (const [i, one] of (item as readonly YamlValue[]).entries()) visit(one, `${path}[${i}]`);
    } else {
      const entries = Object.entries(item);
      if (entries.length === 0) fields.set(path, "{}");
      for (const [name, one] of entries) visit(one, path === "" ? name : `${path}.${name}`);
    }
  };
  visit(value, "");
  return fields;
}
