import type { LoadedFile, Store, WrittenFile } from "../data/index.ts";
import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { AttritionStep } from "../evidence/figures.ts";
import { type Noun, saidOf } from "../evidence/noun.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { IsoDate, Protocol } from "../protocol/index.ts";
import { binaryAuc } from "./binary-auc.ts";
import { patientsIn } from "./binary-counts.ts";
import { binaryContext } from "./binary-rates.ts";
import { type BuiltCohort, buildCohort } from "./build-cohort.ts";
import { type Cohort, primaryReading } from "./cohort.ts";
import { developmentPiece, eraFinding } from "./development.ts";
import { discriminationTable } from "./discrimination-table.ts";
import { type Context, countOf } from "./estimate-of.ts";
import { followUpQuality } from "./follow-up-quality.ts";
import { keptPlacements, knownAtPiece } from "./known-at-piece.ts";
import { type LoadedStudy, loadStudy } from "./load-study.ts";
import { decisionThresholds, netBenefitPiece } from "./net-benefit-piece.ts";
import { operatingPointPiece } from "./operating-point.ts";
import { patientIds } from "./patient-ids.ts";
import { performanceFindings } from "./performance-findings.ts";
import { joinPieces, type Piece } from "./piece.ts";
import { populationQuality } from "./population-quality.ts";
import { keyQuality, outcomeCounts, threeQuestions } from "./quality.ts";
import { contextAt } from "./reading-pieces.ts";
import { inThisThread, type ReadingRunner, readingTasks } from "./reading-runner.ts";
import type { ReadingPieces, ReadingTask } from "./reading-task.ts";
import { replayPiece } from "./replay.ts";
import { concordanceEstimates, rankEstimates } from "./risk-performance.ts";
import { type ReplayState, replayState, type ShippedModel } from "./shipped-model.ts";
import { survivalPiece } from "./survival-piece.ts";
import { variableQuality } from "./variable-quality.ts";
import { writeRows } from "./write-rows.ts";

/** What the records say about the model, before anyone asks what it costs. */
export interface Assessment extends Required<Piece> {
  readonly files: readonly LoadedFile[];
  readonly attrition: readonly AttritionStep[];
  readonly quality: readonly { readonly question: string; readonly answers: readonly Phrase[] }[];
  readonly built: BuiltCohort;
  readonly replay: ReplayState;
  /** The file of `writeRows`. */
  readonly rows: WrittenFile;
  readonly primaryHorizon: string;
  /** The operating point's estimates at another threshold, on the same patients. */
  readonly atThreshold: (threshold: number) => readonly ComputedEstimate[];
}

export interface AssessOptions {
  readonly seed: number;
  readonly nDraws: number;
  /** The day that counts as today: the age of the data counts to it. */
  readonly asOf: IsoDate;
  /** The model itself, where the study ships one. */
  readonly model?: ShippedModel;
  /** Name of the row-level file, relative to the store's output folder. */
  readonly rowsFile: string;
  readonly progress: (what: string, done: number, of: number) => void;
  /** Where the longest kernels run; in this thread where it is not given. */
  readonly reading?: ReadingRunner;
}

/** What can be said before any result of the model is opened. */
export interface DataAssessment {
  readonly files: readonly LoadedFile[];
  readonly attrition: readonly AttritionStep[];
  readonly quality: readonly { readonly question: string; readonly answers: readonly Phrase[] }[];
  readonly piece: Required<Piece>;
  /** The same on the protocol's decision date, so that what was acknowledged holds on every day. */
  readonly acknowledgedPiece: Required<Piece>;
  readonly built: BuiltCohort;
  readonly replay: ReplayState;
}

/** Files, attrition, completeness, follow-up, development table and replayed scores of one study. */
export async function assessData(
  store: Store,
  protocol: Protocol,
  options: Pick<AssessOptions, "asOf" | "model" | "progress" | "reading">,
): Promise<DataAssessment> {
  options.progress("reading the tables", 0, 1);
  const study = await loadStudy(store, protocol);
  options.reading?.prepare(study.patients.rows);
  options.progress("checking what the data hold", 0, 1);
  const [built, variables, kept] = await Promise.all([
    buildCohort(store, protocol),
    variableQuality(store, protocol),
    keptPlacements(store, protocol),
  ]);
  const { cohort } = built;
  const before = [
    {
      estimates: [
        ...fileCounts(study, cohort.unit),
        ...outcomeCounts(cohort, protocol.endpoint.horizon.unit),
      ],
    },
    populationQuality(protocol),
    keyQuality(study),
    followUpQuality(built, protocol),
    variables,
    knownAtPiece(protocol, kept, { nKept: built.nKept, nAnalysed: cohort.n }),
    await developmentPiece(store, protocol, study),
    await patientIds(store, protocol, study),
  ];
  const replayed = await replayPiece(store, protocol, options.model, kept);
  const pieceOn = (day: IsoDate) =>
    joinPieces([...before, { findings: eraFinding(protocol, day) }, replayed]);
  return {
    files: [study.patients, study.predictions, ...(study.development ? [study.development] : [])],
    attrition: attritionSteps(protocol, study, built),
    quality: threeQuestions(protocol, study, cohort),
    piece: pieceOn(options.asOf),
    acknowledgedPiece: pieceOn(protocol.decisionDate),
    built,
    replay: replayState(options.model),
  };
}

/** Performance and findings on top of what the data hold. */
export async function assess(
  store: Store,
  protocol: Protocol,
  { files, attrition, quality, piece, built, replay }: DataAssessment,
  options: AssessOptions,
): Promise<Assessment> {
  const { cohort } = built;
  const runner = options.reading ?? inThisThread;
  const tasks = await readingTasks(cohort, protocol, options, runner);
  // First the tasks, so that another thread works on them; then the engine writes the rows while the rest runs here.
  const reading = Promise.all(tasks.map(runner.run));
  const writing = writeRows(store, protocol, built, options.rowsFile);
  const measuring = store.sent().then(() => ownPieces(cohort, protocol, tasks));
  const [pieces, rows, own] = await Promise.all([reading, writing, measuring]);
  const performance = inReportOrder(cohort, pieces, own);
  const all = joinPieces([piece, ...performance]);
  return {
    ...all,
    findings: [...all.findings, ...performanceFindings(cohort, all.estimates)],
    files,
    attrition,
    quality,
    built,
    replay,
    rows,
    primaryHorizon: primaryReading(cohort).short,
    atThreshold: (threshold) => {
      const piece = operatingPointPiece(cohort, { ...protocol.operatingPoint, threshold });
      return piece.estimates ?? [];
    },
  };
}

function fileCounts(
  { patients, predictions, development, match }: LoadedStudy,
  unit: Noun,
): ComputedEstimate[] {
  const count = (stratum: string, file: LoadedFile) =>
    countOf(
      { n: file.rows, stratum, evidence: "retrospective" },
      "data.records",
      `Rows in ${file.name}`,
      file.rows,
    );
  return [
    count("patients", patients),
    count("predictions", predictions),
    ...(development ? [count("development", development)] : []),
    countOf(
      { n: patients.rows, evidence: "retrospective" },
      "data.matched",
      saidOf(unit, "Patients matched to one prediction"),
      match.matched,
    ),
  ];
}

function attritionSteps(
  protocol: Protocol,
  { patients, attrition }: LoadedStudy,
  built: BuiltCohort,
): AttritionStep[] {
  const steps: AttritionStep[] = [
    {
      id: "records",
      label: `Rows in ${patients.name}`,
      records: attrition.start.records,
      subjects: attrition.start.subjects,
      excluded: 0,
      reason: "",
    },
    ...attrition.steps.map((step, i): AttritionStep => {
      const { keep, because } = protocol.population[i]!;
      const missing =
        step.excludedMissing > 0 ? `; ${step.excludedMissing} of them because a value is missing` : "";
      return {
        id: `criterion-${i + 1}`,
        label: keep.text,
        records: step.records,
        subjects: step.subjects,
        excluded: step.excluded,
        reason: `${because}${missing}`,
      };
    }),
  ];
  const { cohort, endpointMissing: excluded } = built;
  const isTimed = cohort.kind === "time to event";
  const subjects = isTimed ? cohort.n : patientsIn(cohort);
  const reason = isTimed ? "follow-up time or event missing" : "event missing";
  const endpoint = { id: "endpoint", label: "endpoint recorded", records: cohort.n, subjects };
  return [...steps, { ...endpoint, excluded, reason }];
}

interface OwnPieces {
  readonly wholeFollowUp: readonly Piece[];
  /** One for each reading. */
  readonly ranks: readonly Piece[];
  readonly ofPrimary: readonly Piece[];
  readonly table: Piece;
}

/** All pieces of the performance but those of `readingPieces`. */
function ownPieces(cohort: Cohort, protocol: Protocol, tasks: readonly ReadingTask[]): OwnPieces {
  const primary = primaryReading(cohort);
  const { intervals } = tasks.find(({ reading }) => reading.isPrimary)!;
  const point = protocol.operatingPoint;
  const thresholds = decisionThresholds(primary, point);
  const context =
    cohort.kind === "binary" ? binaryContext(cohort, primary) : contextAt(cohort, primaryReading(cohort));
  return {
    ...ranking(cohort, protocol, context),
    ofPrimary: [
      netBenefitPiece(cohort, context, { point, thresholds, intervals }),
      operatingPointPiece(cohort, point),
    ],
    table: { tables: [discriminationTable(cohort)] },
  };
}

function ranking(
  cohort: Cohort,
  protocol: Protocol,
  context: Context,
): Pick<OwnPieces, "wholeFollowUp" | "ranks"> {
  if (cohort.kind === "binary")
    return { wholeFollowUp: [], ranks: [{ estimates: binaryAuc(cohort, context) }] };
  return {
    wholeFollowUp: [
      survivalPiece(cohort, protocol.endpoint.horizon.unit),
      { estimates: concordanceEstimates(cohort, primaryReading(cohort)) },
    ],
    ranks: cohort.readings.map((reading) => ({
      estimates: rankEstimates(cohort, reading, contextAt(cohort, reading)),
    })),
  };
}

function inReportOrder(
  { readings }: Cohort,
  pieces: readonly ReadingPieces[],
  { wholeFollowUp, ranks, ofPrimary, table }: OwnPieces,
): Piece[] {
  const perReading = pieces.flatMap(({ calibration, overall, plot }, i) => {
    const own = [calibration, ranks[i]!, overall, plot];
    return readings[i]!.isPrimary ? [...own, ...ofPrimary] : own;
  });
  return [...wholeFollowUp, ...perReading, table];
}
