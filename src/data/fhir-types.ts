import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What FHIR R4 says of one element. */
export interface FhirElement {
  /** More than one where the element's name ends in [x]. A part of a resource is named by its path. */
  readonly types: readonly string[];
  /** Whether it may stand more than once, and so is an array in JSON. */
  readonly repeats: boolean;
}

/** The elements of each type of FHIR R4 (4.0.1), read from HL7's definitions by scripts/fhir-elements.mjs. */
export interface FhirTypes {
  isResource(type: string): boolean;
  /** The element as named in JSON; that of a choice has its [x]. */
  element(type: string, name: string): FhirElement | undefined;
  /** Names of the type's elements, without [x]. */
  names(type: string): readonly string[];
  readonly resources: readonly string[];
}

let loaded: FhirTypes | undefined;

/** Read once. */
export function fhirTypes(): FhirTypes {
  loaded ??= typesFrom(readFileSync(join(import.meta.dirname, "../../assets/fhir/r4-elements.txt"), "utf8"));
  return loaded;
}

/** Nothing is of these types themselves. */
const abstractTypes = new Set(["Resource", "DomainResource", "MetadataResource"]);

function typesFrom(text: string): FhirTypes {
  const types = new Map<string, ReadonlyMap<string, FhirElement>>();
  for (const line of text.trimEnd().split("\n")) {
    const [type = "", ...elements] = line.split(" ");
    types.set(type, new Map(elements.map((written) => elementFrom(type, written))));
  }
  const isResource = (type: string) =>
    !type.includes(".") && !abstractTypes.has(type) && types.get(type)?.has("implicitRules") === true;
  return {
    isResource,
    element: (type, name) => types.get(type)?.get(name),
    names: (type) => [...(types.get(type)?.keys() ?? [])].map((name) => name.replace("[x]", "")),
    resources: [...types.keys()].filter(isResource),
  };
}

function elementFrom(type: string, written: string): readonly [string, FhirElement] {
  const [name = "", names = ""] = written.split(":");
  const repeats = names.endsWith("*");
  const listed = (repeats ? names.slice(0, -1) : names).split("|");
  return [name, { types: listed.map((one) => (one === "." ? `${type}.${name}` : one)), repeats }];
}

/** How values of a primitive type are compared, counted with and written to a table. */
export type Kind = "boolean" | "integer" | "decimal" | "text" | "time" | "moment";

const kinds: Readonly<Record<string, Kind>> = {
  boolean: "boolean",
  integer: "integer",
  positiveInt: "integer",
  unsignedInt: "integer",
  decimal: "decimal",
  date: "moment",
  dateTime: "moment",
  instant: "moment",
  time: "time",
};
const textTypes = new Set("base64Binary canonical code id markdown oid string uri url uuid xhtml".split(" "));

/** Undefined for types that have elements. */
export function kindOf(type: string): Kind | undefined {
  return Object.hasOwn(kinds, type) ? kinds[type] : textTypes.has(type) ? "text" : undefined;
}

export const primitiveTypes: readonly string[] = [...Object.keys(kinds), ...textTypes];
