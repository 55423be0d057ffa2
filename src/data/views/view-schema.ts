import { z } from "zod";
import { primitiveTypes } from "../fhir-types.ts";

/** As SQL on FHIR demands: it becomes the name of a column in any database. */
const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,254}$/, "expected a letter, then letters, digits and underscores");
// A database's text cannot hold it.
const text = z
  .string()
  .refine((value) => !value.includes("\0"), "the character NUL cannot be written to a table");
const path = text.min(1, "expected a path");
const ignored = z.unknown().optional();
/** What every element of a FHIR resource may carry; nothing of it changes the table. */
const element = { id: ignored, extension: ignored, modifierExtension: ignored };

const column = z.strictObject({
  ...element,
  name,
  path,
  description: ignored,
  tag: ignored,
  collection: z.boolean().optional(),
  type: z
    .string()
    .transform((type) => type.replace(/^http:\/\/hl7\.org\/fhir\/StructureDefinition\//, ""))
    .refine(
      (type) => primitiveTypes.includes(type),
      `expected a primitive type: ${primitiveTypes.join(", ")}`,
    )
    .optional(),
});
export type ViewColumn = z.infer<typeof column>;

/** Columns, and how many rows a resource has of them. */
export interface ViewSelect {
  readonly column?: readonly ViewColumn[] | undefined;
  readonly select?: readonly ViewSelect[] | undefined;
  readonly unionAll?: readonly ViewSelect[] | undefined;
  readonly forEach?: string | undefined;
  readonly forEachOrNull?: string | undefined;
  readonly repeat?: readonly string[] | undefined;
}

const isAtMostOne = ({ forEach, forEachOrNull, repeat }: ViewSelect) =>
  [forEach, forEachOrNull, repeat].filter((way) => way !== undefined).length <= 1;

const select: z.ZodType<ViewSelect> = z
  .strictObject({
    ...element,
    column: z.array(column).optional(),
    get select() {
      return z.array(select).optional();
    },
    get unionAll() {
      return z.array(select).min(1, "expected at least one select").optional();
    },
    forEach: path.optional(),
    forEachOrNull: path.optional(),
    repeat: z.array(path).min(1, "expected at least one path").optional(),
  })
  .refine(isAtMostOne, "expected at most one of forEach, forEachOrNull and repeat");

const whole = z.int().min(-2_147_483_648).max(2_147_483_647);
/** The kinds of constants, by the field that holds the value. */
const constantValues = {
  valueBase64Binary: text,
  valueBoolean: z.boolean(),
  valueCanonical: text,
  valueCode: text,
  valueDate: text,
  valueDateTime: text,
  valueDecimal: z.number(),
  valueId: text,
  valueInstant: text,
  valueInteger: whole,
  valueOid: text,
  valueString: text,
  valuePositiveInt: whole.min(1),
  valueTime: text,
  valueUnsignedInt: whole.min(0),
  valueUri: text,
  valueUrl: text,
  valueUuid: text,
} as const;
export type ConstantField = keyof typeof constantValues;
export const constantFields = Object.keys(constantValues) as ConstantField[];

const constant = z
  .strictObject({ ...element, name, ...z.strictObject(constantValues).partial().shape })
  .refine(
    (given) => constantFields.filter((field) => given[field] !== undefined).length === 1,
    `expected one value, such as valueString; known: ${constantFields.join(", ")}`,
  );
export type ViewConstant = z.infer<typeof constant>;

/** Of the resource itself; who made it, and for what. */
const metadata = Object.fromEntries(
  (
    "id meta implicitRules language text contained extension modifierExtension url identifier version " +
    "versionAlgorithmString versionAlgorithmCoding name title status experimental date publisher contact description " +
    "useContext jurisdiction purpose copyright copyrightLabel approvalDate lastReviewDate effectivePeriod profile"
  )
    .split(" ")
    .map((field) => [field, ignored]),
);

/** A ViewDefinition of SQL on FHIR 2. Unknown fields are refused, so that a misspelt one is not passed over. */
export const viewSchema = z.strictObject({
  ...metadata,
  resourceType: z
    .string()
    .refine((type) => type === "ViewDefinition", "expected ViewDefinition")
    .optional(),
  fhirVersion: z.union([z.string(), z.array(z.string())]).optional(),
  resource: z.string(),
  constant: z.array(constant).optional(),
  select: z.array(select).min(1, "expected at least one select"),
  where: z.array(z.strictObject({ ...element, path, description: ignored })).optional(),
});

export interface ViewFields {
  readonly name?: unknown;
  readonly resource: string;
  readonly fhirVersion?: string | readonly string[] | undefined;
  readonly constant?: readonly ViewConstant[] | undefined;
  readonly select: readonly ViewSelect[];
  readonly where?: readonly { readonly path: string }[] | undefined;
}
