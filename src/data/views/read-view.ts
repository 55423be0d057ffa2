import type { z } from "zod";
import { Problem } from "../../evidence/problem.ts";
import { closest } from "../../evidence/suggestion.ts";
import { fhirTypes } from "../fhir-types.ts";
import { type JsonPath, readJson } from "./json-source.ts";
import { type ViewFields, viewSchema } from "./view-schema.ts";

/** A ViewDefinition that keeps to its schema, with the place of each part in its file. */
export interface View extends ViewFields {
  /** `file:line:column field`; `character` counts within a text. */
  place(path: JsonPath, character?: number): string;
}

/** The version whose types are known. R4B (4.3) has other types for few resources, so it is not read as R4. */
const readVersions = new Set(["4.0", "4.0.0", "4.0.1"]);
const listedFaults = 20;

/**
 * Reads a ViewDefinition.
 *
 * Errors: text that is no JSON; a field that is missing, unknown or of another type; a resource that FHIR R4 does not
 * have; only other versions of FHIR named: each a Problem with file, line and column.
 */
export function readView(text: string, fileName: string): View {
  const source = readJson(text, fileName);
  const parsed = viewSchema.safeParse(source.value);
  const place = (path: JsonPath, character?: number) => placeIn(source.place(path, character), path);
  if (!parsed.success) throw faultsAsProblem(parsed.error.issues, place);
  const fields = parsed.data as ViewFields;
  requireResource(fields.resource, place);
  requireVersion(fields.fhirVersion, place);
  return { ...fields, place };
}

type Place = View["place"];

function placeIn(where: string, path: JsonPath): string {
  const field = path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    "",
  );
  return field === "" ? where : `${where} ${field}`;
}

function requireResource(resource: string, place: Place): void {
  const types = fhirTypes();
  if (types.isResource(resource)) return;
  const meant = closest(resource, types.resources);
  throw new Problem("view-unknown-resource", `FHIR R4 has no resource "${resource}"`, {
    where: place(["resource"]),
    hint: meant ? `did you mean "${meant}"?` : "name a resource such as Patient or Observation",
  });
}

function requireVersion(version: ViewFields["fhirVersion"], place: Place): void {
  const versions = version === undefined ? [] : typeof version === "string" ? [version] : version;
  if (versions.length === 0 || versions.some((one) => readVersions.has(one))) return;
  throw new Problem("view-unsupported", `the view is for FHIR ${versions.join(", ")}; read is 4.0.1`, {
    where: place(["fhirVersion"]),
    hint: "add 4.0.1 if the view holds for R4 too",
  });
}

interface Fault {
  readonly message: string;
  readonly where: string;
  readonly hint: string;
}

function faultsAsProblem(issues: readonly z.core.$ZodIssue[], place: Place): Problem {
  const [first, ...rest] = issues.flatMap((issue) => faultsOf(issue, place));
  const others = rest.slice(0, listedFaults).map(({ where, message }) => `${where}: ${message}`);
  if (rest.length > listedFaults) others.push(`and ${rest.length - listedFaults} more`);
  const { message, where, hint } = first!;
  return new Problem("view-invalid", message, {
    where,
    hint,
    ...(others.length === 0 ? {} : { others }),
  });
}

const knownFields = Object.keys(viewSchema.shape).concat(
  "column unionAll forEach forEachOrNull repeat path type collection tag valueString".split(" "),
);

function faultsOf(issue: z.core.$ZodIssue, place: Place): Fault[] {
  const path = issue.path as (string | number)[];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const meant = closest(key, knownFields);
      return {
        message: `unknown field "${key}"`,
        where: place([...path, key]),
        hint: meant ? `did you mean "${meant}"?` : "remove it, or see docs/views.md for the fields",
      };
    });
  }
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  const isMissing = issue.code === "invalid_type" && message.endsWith("received undefined");
  return [
    {
      message: isMissing ? `${String(path.at(-1))} is missing` : message.replace(/^invalid input: /, ""),
      where: place(path),
      hint: isMissing ? "add it; docs/views.md shows a whole view" : "correct this field",
    },
  ];
}
