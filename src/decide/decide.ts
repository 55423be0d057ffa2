import {
  type Assessment,
  type Cohort,
  labelMeasures,
  rowsOfPatients,
  studyMeasures,
} from "../assess/index.ts";
import { type Dossier, dossierFormat, type SourceFile } from "../evidence/dossier.ts";
import type { ComputedEstimate } from "../evidence/estimate.ts";
import { type Finding, worstFirst } from "../evidence/finding.ts";
import type { Trail } from "../evidence/trail.ts";
import type { Protocol } from "../protocol/index.ts";
import { acceptanceRequirements, rowsIn } from "./acceptance.ts";
import { burden, burdenTable } from "./burden.ts";
import { changedSides } from "./changed-sides.ts";
import { withChanges } from "./changes.ts";
import { claimEstimates, claimFindings, claimTables } from "./claims.ts";
import { bookOf } from "./estimate-book.ts";
import { gates } from "./gates.ts";
import { burdenMeasures, claimMeasures } from "./measures.ts";
import { memo } from "./memo.ts";
import { otherRequirements } from "./requirements.ts";
import { type Settings, settingsFindings } from "./settings-findings.ts";
import { withTellingDecimals } from "./telling-decimals.ts";
import { earlierFindings, replacedFindings, trailFindings } from "./trail-findings.ts";
import { verdict } from "./verdict.ts";

/** Burden, requirements, verdict and memo on top of an assessment: the whole dossier, nothing suppressed. */
export function decide(
  protocol: Protocol,
  assessment: Assessment,
  {
    protocolSha256,
    trail: history,
    otherFiles,
    ...settings
  }: Settings & {
    readonly protocolSha256: string;
    readonly trail: Trail;
    /** Sources that are no tables: the model file. */
    readonly otherFiles: readonly OtherFile[];
  },
): Dossier {
  const { primaryHorizon: horizon, replay } = assessment;
  const { asOf, seed } = settings;
  const assessed = [...assessment.estimates, ...labelValidity(protocol)];
  const costs = burden(protocol, bookOf(assessed), horizon);
  const claimed = claimEstimates(protocol, bookOf(assessed), horizon);
  const estimates = withTellingDecimals([...assessed, ...costs, ...claimed], protocol);
  const book = bookOf(estimates);
  // Replaced inputs stand first among equals: they are about every other number.
  const found = worstFirst([
    ...replacedFindings(history),
    ...assessment.findings,
    ...trailFindings(history, { protocolSha256, decisionDate: protocol.decisionDate }),
    ...settingsFindings(protocol, settings),
    ...claimFindings(protocol, horizon),
    ...changedSides(protocol.acceptance, book),
  ]);
  const requirements = withChanges(
    [
      ...gates(protocol, book, { asOf, replay }),
      ...acceptanceRequirements(protocol.acceptance, book, rowsIn(protocol)),
      ...otherRequirements(protocol, asOf),
    ],
    protocol,
    { book, horizon, asOf, replay, atThreshold: assessment.atThreshold },
  );
  const decided = verdict(requirements, found);
  // The same word again is no news, and the same evaluation again is the same dossier.
  const trail = { ...history, earlier: history.earlier.filter((one) => one.verdict !== decided.word) };
  const findings = worstFirst([...found, ...earlierFindings(trail)]);
  return {
    format: dossierFormat,
    title: protocol.title,
    model: { name: protocol.model.name, version: protocol.model.version },
    asOf,
    protocolSha256,
    trail,
    seed,
    horizons: assessment.built.cohort.readings.map(({ short }) => short),
    primaryHorizon: horizon,
    minimumCell: protocol.disclosure.minimumCell,
    ...rowsOf(protocol, assessment.built.cohort),
    files: sourceFiles(assessment.files, otherFiles),
    verdict: decided,
    memo: memo({
      protocol,
      protocolSha256,
      trail,
      asOf,
      horizon,
      book,
      verdict: decided,
      findings,
      requirements,
    }),
    quality: assessment.quality,
    attrition: assessment.attrition,
    findings: checkedIds(findings),
    requirements,
    measures: [
      ...studyMeasures(protocol, estimates, { results: true }),
      ...burdenMeasures,
      ...labelMeasures,
      ...claimMeasures,
    ],
    estimates,
    curves: assessment.curves,
    tables: [...assessment.tables, burdenTable(protocol), ...claimTables(protocol, horizon)],
    matrices: assessment.matrices,
  };
}

/** What a row is, where the event is known of every row, and how many of them may be of too few patients to be shown. */
export function rowsOf({ disclosure }: Protocol, cohort: Cohort): Pick<Dossier, "binary"> {
  if (cohort.kind === "time to event") return {};
  const { unit, patient } = cohort;
  const { minimumCell } = disclosure;
  return {
    binary: patient ? { unit, minimumRows: rowsOfPatients(cohort, minimumCell) } : { unit },
  };
}

type OtherFile = Pick<SourceFile, "name" | "bytes" | "sha256">;

/** All files that a dossier was made from. */
export function sourceFiles(
  tables: Assessment["files"],
  otherFiles: readonly OtherFile[],
): readonly SourceFile[] {
  return [
    ...tables.map(({ fileId, name, bytes, sha256, rows }) => ({ id: fileId, name, bytes, sha256, rows })),
    ...otherFiles.map((file, i) => ({ id: tables.length + 1 + i, ...file })),
  ];
}

/** Agreement of two readers of the same charts, as the protocol reports it; nothing where the readings are here. */
function labelValidity({ endpoint }: Protocol): ComputedEstimate[] {
  const review = endpoint.labelReview;
  if (review?.file !== undefined) return [];
  const base = {
    id: review === null ? "labels.kappa" : "labels.kappa-reported",
    label: "Label validity (kappa)",
    unit: "proportion",
    method: "as reported by the protocol",
    n: review?.charts ?? 0,
    evidence: "retrospective",
  } as const;
  if (!review) return [{ ...base, notEstimable: "no chart has been read twice" }];
  return [
    review.kappa === undefined
      ? { ...base, notEstimable: "no kappa reported" }
      : { ...base, value: review.kappa },
  ];
}

function checkedIds(findings: readonly Finding[]): readonly Finding[] {
  const ids = findings.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new Error(`two findings have the id "${twice}"`);
  return findings;
}
