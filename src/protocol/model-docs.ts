import { z } from "zod";
import { kindOf } from "./explain.ts";
import { commandFileSchema } from "./model-command.ts";
import { commandExample, commandIntroduction, commandProtocol } from "./model-docs-command.ts";
import { modelFileSchema, outputSchema, transformSchema } from "./model-file.ts";

/** docs/model-file.md, written from the schema so that it cannot fall behind it; examples and limits are its own text. */
export function modelDocs(): string {
  return [
    introduction,
    table(["field", "needed", "meaning"], fieldRows(modelFileSchema)),
    "\n## Transforms\n",
    "`terms[].transform` names its kind and what that kind needs.\n",
    table(["kind", "also needs", "gives"], kindRows(transformSchema.options)),
    "\nAn empty cell gives no score, whatever the transform: a model file says nothing about missing values.\n",
    "## Outputs\n",
    "The sum is that of all terms, for every output the same one. `outputs` has an entry for each column named in",
    "`model.output` of the protocol.\n",
    table(["kind", "also needs", "risk"], kindRows(outputSchema.options)),
    examples,
    commandIntroduction,
    table(["field", "needed", "meaning"], fieldRows(commandFileSchema)),
    commandProtocol + commandExample + knownAt,
  ].join("\n");
}

function fieldRows(schema: z.ZodObject): string[][] {
  return Object.entries(schema.shape).map(([name, field]) => [
    `\`${name}\``,
    field.safeParse(undefined).success ? "" : "yes",
    (field as z.ZodType).description ?? "",
  ]);
}

function kindRows(kinds: readonly z.ZodObject[]): string[][] {
  return kinds.map((one) => {
    const { kind, ...fields } = one.shape as Record<string, z.ZodType>;
    const needs = Object.entries(fields).map(([name, field]) => `\`${name}\`: ${kindText(field)}`);
    return [`\`${String((kind as z.ZodLiteral).value)}\``, needs.join("; "), one.description ?? ""];
  });
}

function kindText(field: z.ZodType): string {
  if (field instanceof z.ZodNullable) return `${kindText(field.unwrap() as z.ZodType)}, or null`;
  const row = field instanceof z.ZodArray ? (field.element as z.ZodType) : undefined;
  if (!(row instanceof z.ZodObject)) return kindOf(field);
  return `rows of ${Object.keys(row.shape)
    .map((name) => `\`${name}\``)
    .join(" and ")}, the first rising`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const introduction = `# The model file

<!-- Written by src/protocol/model-docs.ts; to renew: npx vitest run src/protocol/model-docs.test.ts -u -->

A study may ship its model, so that anyone can recompute the scores: \`executable: model.json\` under \`model\` in
[protocol.yaml](protocol.md), and the file in the study's folder, JSON of at most 1 MiB. \`npx probity replay <study>\`
computes every score from the raw rows and compares it with the predictions file; \`npx probity replay <study> <key>\`
shows one patient term by term. Without a model file, gate 1 says "score not reconstructible".

A model file is a sum of terms and what follows from it, a regression or a table of points: nothing in it is executed.
Any other model is shipped as a program: [a command](#a-command), which is run without network and only where somebody
asks for it.

## Fields of a sum of terms
`;

const examples = `
## Three examples

The study is that of [your-data.md](your-data.md), with \`executable: model.json\` below \`version: 1.0.0\`. Each model gives
the \`risk_30d\` of its column below, printed to four decimals.

\`\`\`csv
patient_id,logistic,cox,points
a1,0.4110,0.1553,0.25
a2,0.2075,0.0699,0.05
a3,0.5000,0.2480,0.45
a4,0.1765,0.0579,0.05
a5,0.4700,0.2120,0.45
a6,0.3823,0.1343,0.25
a7,0.1545,0.0509,0.05
a8,0.5000,0.2891,0.45
a9,0.1947,0.0646,0.05
a10,0.4403,0.1811,0.25
a11,0.1256,0.0426,0.05
a12,0.5000,0.3691,0.45
\`\`\`

A logistic regression. Of \`a1\`, 71 years and on a medical ward, the sum is 0.04 · 71 + 0.7 = 3.54, and the risk
1 / (1 + exp(3.9 − 3.54)) = 0.4110.

\`\`\`json
{
  "format": "probity-model/1",
  "name": "readmission-30d",
  "version": "1.0.0",
  "terms": [
    { "variable": "age", "transform": { "kind": "winsorised", "at": 80 }, "coefficient": 0.04 },
    { "variable": "ward", "transform": { "kind": "equals", "level": "medical" }, "coefficient": 0.7 }
  ],
  "outputs": { "risk_30d": { "kind": "logistic", "intercept": -3.9 } },
  "tolerance": 0.00005
}
\`\`\`

A Cox model with a spline. Of \`a2\`, 64 years, the spline's term is (64 − 50)³ / (80 − 50)² = 3.0489, the sum
0.03 · 64 + 0.02 · 3.0489 = 1.9810, and the risk 1 − exp(−0.01 · exp(1.9810)) = 0.0699.

\`\`\`json
{
  "format": "probity-model/1",
  "name": "readmission-30d",
  "version": "1.0.0",
  "terms": [
    { "variable": "age", "transform": { "kind": "identity" }, "coefficient": 0.03 },
    {
      "variable": "age",
      "transform": { "kind": "spline", "knots": [50, 65, 80], "term": 1, "winsorised_at": null },
      "coefficient": 0.02
    },
    { "variable": "ward", "transform": { "kind": "equals", "level": "medical" }, "coefficient": 0.5 }
  ],
  "outputs": { "risk_30d": { "kind": "cox", "baseline_cumulative_hazard": 0.01 } },
  "tolerance": 0.00005
}
\`\`\`

A table of points: 2 from 65 to 75 years, 3 above, 2 on a medical ward. \`a3\`, 80 years and medical, has 5.

\`\`\`json
{
  "format": "probity-model/1",
  "name": "readmission-30d",
  "version": "1.0.0",
  "terms": [
    { "variable": "age", "transform": { "kind": "interval", "above": 64, "up_to": 75 }, "coefficient": 2 },
    { "variable": "age", "transform": { "kind": "above", "above": 75 }, "coefficient": 3 },
    { "variable": "ward", "transform": { "kind": "equals", "level": "medical" }, "coefficient": 2 }
  ],
  "outputs": {
    "risk_30d": {
      "kind": "points",
      "table": [
        { "from": 0, "risk": 0.05 },
        { "from": 2, "risk": 0.1 },
        { "from": 4, "risk": 0.25 },
        { "from": 5, "risk": 0.45 }
      ]
    }
  }
}
\`\`\``;

const knownAt = `
## When an input was known

A replay reads the patients file. Whether the model could have had a cell when it was asked is another question, which two
columns of that file answer: \`data.times.known_at\`, when the inputs of a row became known, and
\`data.predictions.predicted_at\`, when its prediction was made. Each is a variable of type \`date\`, or of type \`text\` without
levels whose cells are dates and times as FHIR writes them: \`2024\`, \`2024-03\`, \`2024-03-05\`, \`2024-03-05T14:30\`,
\`2024-03-05T14:30:00+01:00\`. Every kept patient is one of three:

| | when |
|---|---|
| in time | the inputs were known not after the prediction, whatever moment either cell may stand for |
| late | they became known only after it, whatever moment either may stand for |
| untimed | one of the two cells is empty, or is too coarse to compare |

- Two equal days are in time, and so are two equal minutes: nothing finer is known of either. A day beside a time on it is
  too coarse.
- A month or a year ends with its last day: \`2024-03\` is in time for a prediction on 31 March, too coarse for one on the 30th.
- Second 60, which FHIR allows for a leap second, is read as second 0 of the next minute.
- Times without a zone are read on one clock, which is never set back. Beside a time with a zone, one without may be that of
  any place on earth, from 12 hours behind UTC to 14 before it.
- The time of a row stands for all its inputs; there is none for each input, and none for another table. Where the inputs
  became known on several days, \`known_at\` is the latest of them. Whether the column is true, no comparison can tell.

Inputs of a patient who is late or untimed are left out of the replay, as if the cells were empty. The patient stays, and
none of these scores is met. \`evaluate\` gives the three counts, which \`trace\` opens by line; late inputs are a serious finding
(\`quality.known-late\`) and fail gate 1, untimed ones are a concern (\`quality.known-at\`) and no evidence for it. Gate 1 passes
where all are in time and every score is met, without network.

\`replay\` calls such a score withheld, "known late" or "untimed". With \`--json\`, \`state\` is \`met\`; \`differs\`, where a score that
was compared differs or cannot be recomputed; \`withheld\`, where none does and others were left out; or \`no evidence\`, where
there is no model that can be run. \`largestDifference\` is null where no difference was computed.

A prediction dated after \`decision_date\`, whatever moment its cell may stand for, cannot be evidence for that decision. Such
rows are replayed and counted by themselves; one of them is a serious finding (\`quality.predicted-after-decision\`), and
gate 1 has no evidence then.

Nothing is compared where \`known_at\` is \`none\`, or where \`predicted_at\` names no column but a moment such as
\`discharge\`, or the column of \`known_at\` itself: then the rows are replayed as they are, and gate 1 has no evidence.

So put into a row only what was known when its prediction was made: extract the table as of that moment, each input its
last value until then.
`;
