import { z } from "zod";
import { kindOf } from "./explain.ts";
import { expressionDepthLimit, expressionLengthLimit } from "./expression-parser.ts";
import { protocolSchema } from "./schema.ts";
import { daysPer, timeUnits } from "./units.ts";
import { acceptanceMeasures } from "./vocabulary.ts";
import { nestingLimit } from "./yaml-nesting.ts";
import { protocolSizeLimit } from "./yaml-source.ts";

interface Row {
  readonly path: string;
  readonly kind: string;
  readonly isNeeded: boolean;
  readonly description: string;
}

/** docs/protocol.md, written from the schema so that it cannot fall behind it. */
export function protocolDocs(): string {
  const fields = Object.entries(protocolSchema.shape) as [string, z.ZodType][];
  const sections = fields.map(([name, schema]) => {
    const [head, ...rows] = rowsOf(schema, name);
    const need = head!.isNeeded ? "" : " May be left out.";
    const value = rows.length === 0 || head!.kind.startsWith("none") ? ` Value: ${head!.kind}.` : "";
    const inner = rows.length > 0 ? `\n${table(rows)}\n` : "";
    return `### ${name}\n\n${head!.description}${need}${value}\n${inner}`;
  });
  return `${introduction}\n${sections.join("\n")}\n${measureSection()}\n${expressionSection()}`;
}

/** The field itself, then those inside it. */
function rowsOf(schema: z.ZodType, path: string): Row[] {
  const isNeeded = !schema.safeParse(undefined).success;
  const description = descriptionOf(schema);
  const inner = innerOf(schema);
  return [
    { path, kind: kindShown(schema), isNeeded, description },
    ...inner.flatMap(([suffix, field]) => rowsOf(field, `${path}${suffix}`)),
  ];
}

function descriptionOf(schema: z.ZodType): string {
  if (schema.description) return schema.description;
  return schema instanceof z.ZodOptional ? descriptionOf(schema.unwrap() as z.ZodType) : "";
}

/** Fields of a mapping, of a list's items, or of whichever branch has fields; with their part of the path. */
function innerOf(schema: z.ZodType): (readonly [suffix: string, field: z.ZodType])[] {
  if (schema.meta()?.kind !== undefined) return [];
  if (schema instanceof z.ZodOptional) return innerOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(innerOf);
  if (schema instanceof z.ZodObject) {
    return (Object.entries(schema.shape) as [string, z.ZodType][]).map(([key, field]) => [`.${key}`, field]);
  }
  const [suffix, element] =
    schema instanceof z.ZodArray
      ? ["[]", schema.element]
      : schema instanceof z.ZodRecord
        ? [".<name>", schema.valueType]
        : ["", undefined];
  if (!element) return [];
  return innerOf(element as z.ZodType).map(([rest, field]) => [`${suffix}${rest}`, field] as const);
}

/** Mappings are described by the rows that follow. */
function kindShown(schema: z.ZodType): string {
  if (schema instanceof z.ZodOptional) return kindShown(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion && schema.meta()?.kind === undefined) {
    return (schema.options as z.ZodType[]).map(kindShown).join(", or ");
  }
  if (schema instanceof z.ZodObject) return "fields below";
  if (schema instanceof z.ZodArray && innerOf(schema).length > 0) return "list of fields below";
  if (schema instanceof z.ZodRecord) return `name: ${kindShown(schema.valueType as z.ZodType)}`;
  return kindOf(schema);
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ path, kind, isNeeded, description }) => {
    const name = path.slice(path.search(/[.[]/)).replace(/^\./, "");
    return `| \`${name}\` | ${cell(kind)} | ${isNeeded ? "yes" : ""} | ${cell(description)} |`;
  });
  return ["| field | value | needed | |", "|---|---|---|---|", ...lines].join("\n");
}

function measureSection(): string {
  const rows = Object.entries(acceptanceMeasures).map(
    ([name, { meaning, bounded }]) => `| \`${name}\` | ${meaning} | ${bounded ? "0 to 1" : "any number"} |`,
  );
  return ["## Measures", "", "| measure | meaning | limit lies in |", "|---|---|---|", ...rows, ""].join(
    "\n",
  );
}

const introduction = `# The study protocol

<!-- Written by src/protocol/protocol-docs.ts; to renew: npx vitest run src/protocol/protocol-docs.test.ts -u -->

A study is one folder with a \`protocol.yaml\`: who decides what, on which data, with which limits, set before
outcomes are joined. The example that runs is \`studies/breast-recurrence/protocol.yaml\`.

- YAML 1.2, core schema, at most ${protocolSizeLimit / 1024} KiB, nested at most ${nestingLimit} deep.
- Fields that are not listed here are refused, and so are repeated keys, tabs, aliases and tags.
- All faults are told at once, up to 21, each with line and column.
- Where evidence may be absent, the field takes the word \`none\`. It stands for *no evidence*: the
  requirement stays open, and nobody has to invent anything to make the file valid.
- Lengths of time: ${timeUnits.join(", ")}. 1 year = ${daysPer.years} days, 1 month = a twelfth of it.
- Evidence is dated on or before the decision date. Text is one line; its limits keep the memo on one page.

## Fields
`;

function expressionSection(): string {
  return `## Expressions

Conditions in \`population\`, \`endpoint.event\` and \`slices\`. At most
${expressionLengthLimit.toLocaleString("en-US")} characters and ${expressionDepthLimit} levels. They name variables of \`data.variables\`, the follow-up time (a length of time), the key and the patient (text).

| | |
|---|---|
| compare | \`=\` \`!=\` \`<\` \`<=\` \`>\` \`>=\`; text and truth values have no order |
| sets and ranges | \`grade in (1, 2)\`, \`grade not in (3)\`, \`age between 18 and 90\` (both ends included), \`not between\` |
| missing values | \`er is missing\`, \`er is not missing\` |
| combine | \`not\`, then \`and\`, then \`or\`; parentheses |
| calculate | \`+\` \`-\` \`*\` \`/\`; date ± length of time, date − date, length of time × or ÷ number |
| age | \`age at surgery_date\`: completed years since the birth date |
| values | \`12.5\`, \`'text'\` or \`"text"\` (the quote doubled inside), \`2026-01-31\`, \`30 days\`, \`true\`, \`false\` |

A comparison or calculation with a missing value is missing, and so is a division by zero; \`and\`, \`or\`
and \`not\` follow three-valued logic. A row is kept only where the condition is true; rows for which it is
missing are not kept, and are counted apart. A value that is not among the declared levels of its column, and a
range that holds none of them, is refused. Words of the grammar are written in lower case and cannot be
column names; \`age\` can.
`;
}
