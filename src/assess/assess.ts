import type { LoadedFile, Store, WrittenFile } from "../data/index.ts";
import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { AttritionStep } from "../evidence/figures.ts";
import { type Noun, saidOf } from "../evidence/noun.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { ChartReview, IsoDate, OperatingPoint, Protocol } from "../protocol/index.ts";
import { patientsIn } from "./binary-counts.ts";
import { type BuiltCohort, buildCohort } from "./build-cohort.ts";
import { assessCharts } from "./charts/assess-charts.ts";
import { primaryReading } from "./cohort.ts";
import { developmentPiece, eraFinding } from "./development.ts";
import { countOf } from "./estimate-of.ts";
import { followUpQuality } from "./follow-up-quality.ts";
import { keptPlacements, knownAtPiece } from "./known-at-piece.ts";
import { type LoadedStudy, loadStudy, type StudyFile, studyFiles } from "./load-study.ts";
import { operatingPointPiece } from "./operating-point.ts";
import { patientIds } from "./patient-ids.ts";
import { performanceFindings } from "./performance-findings.ts";
import { inReportOrder, ownPieces } from "./performance-pieces.ts";
import { joinPieces, type Piece } from "./piece.ts";
import { populationQuality } from "./population-quality.ts";
import { predictionDatesPiece } from "./prediction-dates.ts";
import { keyQuality, outcomeCounts, threeQuestions } from "./quality.ts";
import { inThisThread, type ReadingRunner, readingTasks } from "./reading-runner.ts";
import { replayPiece } from "./replay.ts";
import { agreementPiece } from "./review/agreement-piece.ts";
import { cohortKeys } from "./review/cohort-keys.ts";
import { type JoinedReview, joinReview } from "./review/join-review.ts";
import { labelFindings } from "./review/label-findings.ts";
import { labelEstimates } from "./review/label-piece.ts";
import { correctedTables } from "./review/review-tables.ts";
import { type ReplayState, replayState, type ShippedModel } from "./shipped-model.ts";
import { variableQuality } from "./variable-quality.ts";
import { writeRows } from "./write-rows.ts";

/** What the records say about the model, before anyone asks what it costs. */
export interface Assessment extends Required<Piece> {
  readonly files: readonly StudyFile[];
  readonly attrition: readonly AttritionStep[];
  readonly quality: readonly { readonly question: string; readonly answers: readonly Phrase[] }[];
  readonly built: BuiltCohort;
  readonly replay: ReplayState;
  /** The file of `writeRows`, then those of charts. */
  readonly rows: readonly WrittenFile[];
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
  /** Two readings of charts, where the protocol names their file. */
  readonly review?: ChartReview;
  /** Name of the row-level file, relative to the store's output folder. */
  readonly rowsFile: string;
  readonly progress: (what: string, done: number, of: number) => void;
  /** Where the longest kernels run; in this thread where it is not given. */
  readonly reading?: ReadingRunner;
}

/** What can be said before any result of the model is opened. */
export interface DataAssessment {
  readonly files: readonly StudyFile[];
  readonly attrition: readonly AttritionStep[];
  readonly quality: readonly { readonly question: string; readonly answers: readonly Phrase[] }[];
  readonly piece: Required<Piece>;
  /** The same on the protocol's decision date, so that what was acknowledged holds on every day. */
  readonly acknowledgedPiece: Required<Piece>;
  readonly built: BuiltCohort;
  readonly replay: ReplayState;
  readonly review: JoinedReview | undefined;
}

/** Files, attrition, completeness, follow-up, development table and replayed scores of one study. */
export async function assessData(
  store: Store,
  protocol: Protocol,
  options: Pick<AssessOptions, "asOf" | "model" | "progress" | "reading" | "review">,
): Promise<DataAssessment> {
  options.progress("reading the tables", 0, 1);
  const study = await loadStudy(store, protocol, options.reading?.prepare);
  options.progress("checking what the data hold", 0, 1);
  const [built, variables, kept, dates] = await Promise.all([
    buildCohort(store, protocol, options.reading),
    variableQuality(store, protocol),
    keptPlacements(store, protocol),
    predictionDatesPiece(store, protocol),
  ]);
  const { cohort } = built;
  const review = options.review && (await joined(options.review, { store, protocol, study, built }));
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
    dates,
    await developmentPiece(store, protocol, study),
    review ? agreementPiece(review) : {},
    await patientIds(store, protocol, study),
  ];
  const replayed = await replayPiece(store, protocol, options.model, kept);
  const pieceOn = (day: IsoDate) =>
    joinPieces([...before, { findings: eraFinding(protocol, day) }, replayed]);
  return {
    files: studyFiles(study),
    attrition: attritionSteps(protocol, study, built),
    quality: threeQuestions(protocol, study, cohort),
    piece: pieceOn(options.asOf),
    acknowledgedPiece: pieceOn(protocol.decisionDate),
    built,
    replay: replayState(options.model),
    review,
  };
}

async function joined(
  review: ChartReview,
  {
    store,
    protocol,
    study,
    built,
  }: {
    readonly store: Store;
    readonly protocol: Protocol;
    readonly study: LoadedStudy;
    readonly built: BuiltCohort;
  },
): Promise<JoinedReview> {
  const keys = await cohortKeys(store, protocol, built);
  return joinReview(review, { cohort: built.cohort, keys, files: study, protocol });
}

/** Performance and findings on top of what the data hold. */
export async function assess(
  store: Store,
  protocol: Protocol,
  { files, attrition, quality, piece, built, replay, review }: DataAssessment,
  options: AssessOptions,
): Promise<Assessment> {
  const { cohort } = built;
  const runner = options.reading ?? inThisThread;
  const tasks = await readingTasks(cohort, protocol, options, runner);
  // First the tasks, so that another thread works on them; then the engine writes the rows while the rest runs here.
  const reading = Promise.all(tasks.map(runner.run));
  const writing = writeRows(store, protocol, built, options.rowsFile);
  const charting = assessCharts(store, protocol);
  const measuring = charting
    .then(() => store.sent())
    .then(() => ownPieces(cohort, protocol, { tasks, seed: options.seed }));
  const [pieces, rows, charts, own] = await Promise.all([reading, writing, charting, measuring]);
  const performance = inReportOrder(cohort, pieces, own);
  const primary = primaryReading(cohort);
  const labelsAt = (point: OperatingPoint) => (review ? labelEstimates(cohort, review, point) : []);
  const labels = {
    estimates: labelsAt(protocol.operatingPoint),
    tables: review ? correctedTables(primary) : [],
  };
  const all = joinPieces([piece, ...performance, labels, charts.piece]);
  const book = new Map(all.estimates.map((estimate) => [estimate.id, estimate]));
  return {
    ...all,
    findings: [
      ...all.findings,
      ...performanceFindings(cohort, all.estimates),
      ...(review ? labelFindings(book, cohort, review, protocol.operatingPoint) : []),
    ],
    files,
    attrition,
    quality,
    built,
    replay,
    rows: [rows, ...charts.rows],
    primaryHorizon: primary.short,
    atThreshold: (threshold) => {
      const point = { ...protocol.operatingPoint, threshold };
      const { estimates = [] } = operatingPointPiece(cohort, point);
      return [...estimates, ...labelsAt(point)];
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
