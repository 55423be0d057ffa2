import { readFileSync, writeFileSync } from "node:fs";
import { afterAll } from "vitest";
import { assertClose, type Tolerance } from "./reference.ts";

const page = new URL("../../docs/methods/agreement.md", import.meta.url);

/** A row of docs/methods/agreement.md. */
export interface Agreement {
  readonly estimator: string;
  /** The R function it is compared with. */
  readonly reference: string;
  readonly cases: number;
  readonly tolerance: string;
  /** At most this, a power of ten, but never more than the tolerance. */
  readonly difference: number;
}

/**
 * Returns a comparison that fails beyond `tolerance` and remembers the largest difference. After the last
 * test of the file, docs/methods/agreement.md must have the estimator's row with as many cases and no smaller
 * difference; with AGREEMENT=write in the environment the row is written instead (run one test file at a
 * time).
 */
export function recordAgreement(about: {
  readonly estimator: string;
  readonly reference: string;
  readonly tolerance: Tolerance;
}): (caseName: string, actual: Parameters<typeof assertClose>[0], expected: unknown) => void {
  const cases = new Set<string>();
  let largest = 0;
  afterAll(() => {
    const { estimator, reference } = about;
    const tolerance = toleranceText(about.tolerance);
    const allowed = Math.max(about.tolerance.relative ?? 0, about.tolerance.absolute ?? 0);
    const difference = Math.min(powerOfTenAbove(largest), allowed);
    settle({ estimator, reference, cases: cases.size, tolerance, difference });
  });
  return (caseName, actual, expected) => {
    cases.add(caseName);
    largest = Math.max(largest, assertClose(actual, expected, about.tolerance));
  };
}

/** The rows of the committed page. */
export function agreementRows(): Agreement[] {
  return readFileSync(page, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Estimator"))
    .map((line) => {
      const [estimator, reference, cases, tolerance, difference] = line.slice(2, -2).split(" | ");
      return {
        estimator: estimator!,
        reference: reference!.replaceAll("`", ""),
        cases: Number(cases),
        tolerance: tolerance!,
        difference: Number(difference),
      };
    });
}

function settle(measured: Agreement): void {
  const rows = agreementRows();
  const stated = rows.find(({ estimator }) => estimator === measured.estimator);
  const holds =
    stated !== undefined &&
    stated.reference === measured.reference &&
    stated.cases === measured.cases &&
    stated.tolerance === measured.tolerance &&
    measured.difference <= stated.difference;
  if (holds) return;
  if (process.env.AGREEMENT !== "write")
    throw new Error(
      `docs/methods/agreement.md states ${JSON.stringify(stated)}, measured ${JSON.stringify(measured)}; ` +
        "run the whole file, or write the row with AGREEMENT=write",
    );
  write([...rows.filter((row) => row !== stated), measured]);
}

function write(rows: readonly Agreement[]): void {
  const intro = readFileSync(page, "utf8").split("| Estimator")[0];
  const lines = rows
    .toSorted((a, b) => (a.estimator < b.estimator ? -1 : 1))
    .map(
      ({ estimator, reference, cases, tolerance, difference }) =>
        `| ${estimator} | \`${reference}\` | ${cases} | ${tolerance} | ${exponent(difference)} |`,
    );
  const head =
    "| Estimator | Reference | Cases | Tolerance | Largest difference, at most |\n|---|---|---|---|---|";
  writeFileSync(page, `${intro}${head}\n${lines.join("\n")}\n`);
}

function toleranceText({ relative, absolute }: Tolerance): string {
  const parts = [
    relative === undefined ? [] : [`relative ${exponent(relative)}`],
    absolute === undefined ? [] : [`absolute ${exponent(absolute)}`],
  ];
  return parts.flat().join(" or ");
}

/** Never under 1e-12: versions of Node may differ by that much. */
function powerOfTenAbove(difference: number): number {
  return difference <= 1e-12 ? 1e-12 : Number(`1e${Math.ceil(Math.log10(difference))}`);
}

function exponent(value: number): string {
  return value.toExponential();
}
