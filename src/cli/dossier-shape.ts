import { type Dossier, dossierFormat } from "../evidence/dossier.ts";
import { measureOf } from "../evidence/estimate.ts";
import { isTrail } from "../store/index.ts";

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

/**
 * Whether a file has what `trace` reads of a dossier: it may be anybody's, and what is not as it was written is a Problem,
 * never an exception. Whether it says what the run wrote is another question, which the ledger answers.
 */
export function isDossier(value: unknown): value is Dossier {
  const dossier = objectOf(value);
  return (
    dossier.format === dossierFormat &&
    ["primaryHorizon", "protocolSha256"].every((name) => isText(dossier[name])) &&
    isNumber(dossier.seed) &&
    Object.entries(lists).every(([name, isItem]) => isListOf(dossier[name], isItem)) &&
    areDefined(dossier as unknown as Dossier) &&
    isTrail(dossier.trail)
  );
}

/** Each number's measure says what it means. */
function areDefined({ estimates, measures }: Dossier): boolean {
  const keys = new Set(measures.map(({ key }) => key));
  return estimates.every(({ id }) => keys.has(measureOf(id)));
}

export function objectOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => Number.isFinite(value);
const isDecimals: Check = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 20;
const isAny: Check = () => true;
const orAbsent =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const isListOf = (value: unknown, isItem: Check): boolean => Array.isArray(value) && value.every(isItem);
const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
const isNumbers: Check = (value) => isListOf(value, isNumber);
const isCount: Check = (value) => value === null || isNumber(value);

function has(checks: Readonly<Record<string, Check>>): Check {
  return (value) => {
    const fields = objectOf(value);
    return Object.entries(checks).every(([name, check]) => check(fields[name]));
  };
}

const units = new Set(
  "proportion difference ratio number share count perThousand minutes hours days years usd usdPerHour".split(
    " ",
  ),
);

const isCell: Check = (cell) => cell === null || isText(cell) || has({ id: isText })(cell);

const isNamed = has({
  id: isText,
  label: isText,
  method: isText,
  evidence: isText,
  n: isCount,
  events: orAbsent(isNumber),
  horizon: orAbsent(isText),
  stratum: orAbsent(isText),
});
const isValued = has({
  unit: (unit) => units.has(String(unit)),
  value: isNumber,
  interval: orAbsent(has({ lower: isNumber, upper: isNumber, level: isNumber })),
  numerator: orAbsent(isNumber),
  denominator: orAbsent(isNumber),
  decimals: orAbsent(isDecimals),
});

const isEstimate: Check = (value) => {
  const fields = objectOf(value);
  if (!isNamed(fields)) return false;
  if (fields.hidden === true) return !("value" in fields);
  return isNumber(fields.n) && ("value" in fields ? isValued(fields) : isText(fields.notEstimable));
};

const lists: Readonly<Record<string, Check>> = {
  estimates: isEstimate,
  measures: has({ key: isText, name: isText, definition: isText, equation: isText, source: isText }),
  requirements: has({ id: isText, remedy: orAbsent(isText), found: (found) => isListOf(found, isAny) }),
  files: has({ name: isText, sha256: isText }),
  attrition: has({ id: isText, records: isCount, subjects: isCount, excluded: isCount }),
  tables: has({
    id: isText,
    caption: isText,
    columns: (columns) => isListOf(columns, has({ key: isText, label: isText })),
    rows: (rows) => isListOf(rows, (row) => isListOf(row, isCell)),
  }),
  matrices: (value) => {
    const { id, label, rows, columns, cells } = objectOf(value);
    const isRow: Check = (row) => isListOf(row, isCount) && lengthOf(row) === lengthOf(columns);
    const areNamed = isText(id) && isText(label) && isListOf(rows, isText) && isListOf(columns, isText);
    return areNamed && isListOf(cells, isRow) && lengthOf(cells) === lengthOf(rows);
  },
  curves: has({
    id: isText,
    label: isText,
    x: isNumbers,
    y: isNumbers,
    lower: orAbsent(isNumbers),
    upper: orAbsent(isNumbers),
  }),
};
