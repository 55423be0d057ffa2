import { type Severity, severities } from "../evidence/finding.ts";

/** What the data report found, for those who are about to open results on it. */
export interface FindingsSummary {
  readonly counts: Readonly<Record<Severity, number>>;
  /** The first of the worst, where one is serious or fatal. */
  readonly first?: { readonly severity: Severity; readonly text: string };
}

/** Counts by severity, and the first finding that is serious or fatal; `findings` in the order in which they are told. */
export function summarise<F extends { readonly severity: Severity }>(
  findings: readonly F[],
  textOf: (finding: F) => string,
): FindingsSummary {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity);
  const counts = Object.fromEntries(severities.map((severity) => [severity, of(severity).length]));
  const first = [...of("fatal"), ...of("serious")][0];
  return {
    counts: counts as Record<Severity, number>,
    ...(first ? { first: { severity: first.severity, text: textOf(first) } } : {}),
  };
}

/** Lines with their name in thirteen columns: `findings     1 serious, 2 concerns`, then the first serious one. */
export function findingsLines({ counts, first }: FindingsSummary): string[] {
  const told = severities
    .filter((severity) => counts[severity] > 0)
    .map(
      (severity) =>
        `${counts[severity]} ${severity === "concern" && counts.concern > 1 ? "concerns" : severity}`,
    );
  return [
    `findings     ${told.length === 0 ? "none" : told.join(", ")}`,
    ...(first ? [`${first.severity.padEnd(13)}${first.text}`] : []),
  ];
}
