import { z } from "zod";
import { dateFormatFound } from "../evidence/calendar-date.ts";
import { counted } from "../evidence/format.ts";
import { closest } from "../evidence/suggestion.ts";
import type { Path, YamlMapping, YamlValue } from "./yaml-source.ts";

/** A zod issue in words. `at`: whether the key or the value at the path is the offender. */
export interface Explanation {
  readonly code: string;
  readonly path: Path;
  readonly at: "key" | "value";
  readonly message: string;
  readonly hint: string;
  /** Of a misspelt field: the absent field that was meant. */
  readonly meant?: string;
}

type Issue = z.core.$ZodIssue;

/** Every issue as one or more explanations; `value` is what was parsed. */
export function explain(schema: z.ZodType, value: YamlValue, issues: readonly Issue[]): Explanation[] {
  return issues.flatMap((issue) => explainIssue(schema, value, issue, []));
}

function explainIssue(schema: z.ZodType, root: YamlValue, issue: Issue, base: Path): Explanation[] {
  const path = [...base, ...(issue.path as Path)];
  const value = valueAt(root, path);
  if (value === undefined) return [missingField(schema, path)];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownField(schema, path, key, value));
    case "invalid_union": {
      const branch = issue.errors.find((errors) => errors.length > 0 && !errors.some(isRootMismatch));
      if (branch) return branch.flatMap((inner) => explainIssue(schema, root, inner, path));
      return [mismatch(schema, path, value)];
    }
    case "invalid_type":
      return [mismatch(schema, path, value)];
    case "invalid_value":
      return [unknownValue(path, value, issue.values)];
    case "invalid_key":
      return [
        {
          code: "protocol-wrong-value",
          path,
          at: "key",
          message: `"${String(path.at(-1))}" ${issue.issues[0]?.message ?? "cannot be used as a name"}`,
          hint: "rename it, in the table as well",
        },
      ];
    case "too_big":
    case "too_small":
      return [wrongSize(schema, path, value, issue)];
    default:
      return [wrongValue(path, value, issue)];
  }
}

const isRootMismatch = (issue: Issue) =>
  issue.path.length === 0 && ["invalid_type", "invalid_value", "invalid_union"].includes(issue.code);

function missingField(schema: z.ZodType, path: Path): Explanation {
  const field = String(path.at(-1));
  const [description] = schemasAt(schema, path).flatMap((found) => found.description ?? []);
  return {
    code: "protocol-missing-field",
    path,
    at: "value",
    message: `missing field "${field}"`,
    hint: description === undefined ? `add ${field}` : `add ${field}: ${description}`,
  };
}

function unknownField(schema: z.ZodType, path: Path, key: string, value: YamlValue): Explanation {
  const known = schemasAt(schema, path).flatMap(fieldsOf);
  const present = known.filter((name) => Object.hasOwn(value as YamlMapping, name));
  const meant = closest(
    key,
    known.filter((name) => !present.includes(name)),
  );
  const near = meant ?? closest(key, present);
  return {
    code: "protocol-unknown-field",
    path: [...path, key],
    at: "key",
    message: `unknown field "${key}"`,
    hint: near ? `did you mean "${near}"?` : `known here: ${known.join(", ")}`,
    ...(meant === undefined ? {} : { meant }),
  };
}

function fieldsOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodOptional) return fieldsOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(fieldsOf);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unknownValue(path: Path, value: YamlValue, values: readonly unknown[]): Explanation {
  const names = values.map(String);
  const meant = typeof value === "string" ? closest(value, names) : undefined;
  const expected = `${names.length > 1 ? "one of " : ""}${names.join(", ")}`;
  return {
    code: "protocol-wrong-value",
    path,
    at: "value",
    message: `unknown value ${quote(value)}; expected ${expected}`,
    hint: meant ? `did you mean "${meant}"?` : `write ${names.length > 1 ? "one of them" : expected}`,
  };
}

function wrongValue(path: Path, value: YamlValue, { message }: Issue): Explanation {
  return {
    code: "protocol-wrong-value",
    path,
    at: "value",
    message: `${quote(value)} ${message}`,
    hint: (typeof value === "string" ? remedy(value, message) : undefined) ?? "correct the value",
  };
}

function remedy(value: string, message: string): string | undefined {
  if (message.includes("file name")) return "copy the file into the study's folder and write its name there";
  const found = message.includes("YYYY-MM-DD") ? dateFormatFound(value) : undefined;
  return found && `${found}; write it as YYYY-MM-DD`;
}

function mismatch(schema: z.ZodType, path: Path, value: YamlValue): Explanation {
  const found = schemasAt(schema, path);
  const expected = [...new Set(found.map(kindOf))].join(", or ");
  const isUnquoted =
    ["number", "boolean"].includes(typeof value) && found.some((one) => one instanceof z.ZodString);
  return {
    code: "protocol-wrong-type",
    path,
    at: "value",
    message: `expected ${expected}, got ${quote(value)}`,
    hint: isUnquoted ? "put it in quotes" : "write it in that form; docs/protocol.md shows each field",
  };
}

function wrongSize(
  schema: z.ZodType,
  path: Path,
  value: YamlValue,
  issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
): Explanation {
  const isText = typeof value === "string";
  const expected = [...new Set(schemasAt(schema, path).map(kindOf))].join(", or ");
  const hint = isText ? (value === "" ? "write the text" : "shorten the text") : `expected here: ${expected}`;
  return {
    code: "protocol-wrong-value",
    path,
    at: "value",
    message: sizeMessage(issue, value),
    hint: Array.isArray(value) ? `${issue.code === "too_big" ? "remove" : "add"} some` : hint,
  };
}

function sizeMessage(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall, value: YamlValue): string {
  const limit =
    issue.code === "too_big" ? `at most ${String(issue.maximum)}` : `at least ${String(issue.minimum)}`;
  if (value === "") return "is empty";
  if (typeof value === "string") return `${counted(value.length, "character")}, ${limit} fit`;
  if (Array.isArray(value)) return `${counted(value.length, "item")}, expected ${limit}`;
  return `${String(value)}, expected ${limit}`;
}

/** What a schema accepts, in a few words: its own `kind`, or its type. */
export function kindOf(schema: z.ZodType): string {
  const { kind } = schema.meta() ?? {};
  if (typeof kind === "string") return kind;
  if (schema instanceof z.ZodOptional) return kindOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) {
    return (schema.options as z.ZodType[]).map(kindOf).join(", or ");
  }
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String).join(" or ");
  if (schema instanceof z.ZodEnum)
    return schema.options
      .map(String)
      .join(", ")
      .replace(/, ([^,]*)$/, " or $1");
  if (schema instanceof z.ZodArray) return `list of ${kindOf(schema.element as z.ZodType)}`;
  if (schema instanceof z.ZodRecord) return `name: ${kindOf(schema.valueType as z.ZodType)}`;
  if (schema instanceof z.ZodObject) return `{ ${Object.keys(schema.shape).join(", ")} }`;
  if (schema instanceof z.ZodBoolean) return "true or false";
  if (schema instanceof z.ZodNumber) return "number";
  return "text";
}

/** The schemas that a value at the path may follow: several where a union stands on the way. */
export function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  if (schema instanceof z.ZodOptional) {
    // The description stands on the optional, the fields inside it.
    return path.length === 0 && schema.description ? [schema] : schemasAt(schema.unwrap() as z.ZodType, path);
  }
  const [key, ...rest] = path;
  if (schema instanceof z.ZodUnion && (key !== undefined || !schema.description)) {
    return (schema.options as z.ZodType[]).flatMap((option) => schemasAt(option, path));
  }
  if (key === undefined) return [schema];
  if (schema instanceof z.ZodObject) {
    const field = Object.hasOwn(schema.shape, key) ? (schema.shape[key] as z.ZodType) : undefined;
    return field ? schemasAt(field, rest) : [];
  }
  if (schema instanceof z.ZodArray) return schemasAt(schema.element as z.ZodType, rest);
  if (schema instanceof z.ZodRecord) return schemasAt(schema.valueType as z.ZodType, rest);
  if (schema instanceof z.ZodTuple) return [z.number()];
  return [];
}

function valueAt(root: YamlValue, path: Path): YamlValue | undefined {
  let value: YamlValue | undefined = root;
  for (const key of path) {
    if (value === null || typeof value !== "object") return undefined;
    value = Object.hasOwn(value, key) ? (value as Record<string, YamlValue>)[key] : undefined;
  }
  return value;
}

function quote(value: YamlValue): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping of fields";
  return typeof value === "string"
    ? `"${value.length > 60 ? `${value.slice(0, 60)} …` : value}"`
    : String(value);
}
