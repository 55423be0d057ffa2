import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Cell, Matrix, Table } from "../../evidence/figures.ts";
import { saidOf } from "../../evidence/noun.ts";
import type { OperatingPoint, Protocol, ReplacedModel } from "../../protocol/index.ts";
import { horizonStatusCode } from "../../stats/censoring.ts";
import { type Cohort, knownIn, primaryReading, type Reading } from "../cohort/cohort.ts";
import { type Context, estimateOf } from "../estimate-of.ts";
import { flaggedFrom, thresholdText } from "../performance/operating-point.ts";
import type { Piece } from "../piece.ts";
import { changeFindings } from "./change-findings.ts";
import { type ChangedKey, changed, changedKeys, changeIds, reclassifiedId } from "./changed.ts";
import { type Changes, type ComparedModels, flagCounts, modelChanges } from "./model-changes.ts";
import { replacedEstimates, replacedName } from "./replaced-model.ts";

/** The model beside the one that it replaces, on the same patients; nothing where the protocol names none. */
export function modelChangePiece(
  cohort: Cohort,
  context: Context,
  { model, operatingPoint, replaces }: Pick<Protocol, "model" | "operatingPoint" | "replaces">,
): Piece {
  const risk = cohort.replacedRisk;
  if (!replaces || !risk) return {};
  const reading = primaryReading(cohort);
  const exchange = operatingPoint.threshold;
  const models: ComparedModels = {
    old: { risk, threshold: flaggedFrom(replaces) },
    new: { risk: reading.risk, threshold: flaggedFrom(operatingPoint) },
    exchange,
  };
  const changes = modelChanges(cohort, models);
  const estimates = changeEstimates(changes, context, { operatingPoint, replaces });
  return {
    estimates: [...replacedEstimates(cohort, risk, { context, replaces, exchange }), ...estimates],
    tables: [changeTable(reading, replaces, { name: model.name, version: model.version, operatingPoint })],
    matrices: reclassified(cohort, reading, models),
    findings: changeFindings(estimates, reading, replacedName(replaces)),
  };
}

/** Measures that the thresholds leave alone. */
const ofAllThresholds: ReadonlySet<ChangedKey> = new Set(["auc", "brier"]);

function changeEstimates(
  changes: Changes,
  context: Context,
  { operatingPoint, replaces }: { operatingPoint: OperatingPoint; replaces: ReplacedModel },
): ComputedEstimate[] {
  const thresholds = `: at ${thresholdText(operatingPoint.threshold)}, less ${replacedName(replaces)} at ${thresholdText(replaces.threshold)}`;
  return changedKeys.map((key) => {
    const { outcome, method } = changes[key];
    const beside = ofAllThresholds.has(key) ? `: less ${replacedName(replaces)}` : thresholds;
    const naming = {
      measure: `performance.change-${key}`,
      label: `Change in ${changed[key].inSentence}${beside}`,
      unit: key === "flagged" ? "perThousand" : "difference",
      method,
    } as const;
    return estimateOf(context, naming, outcome);
  });
}

function changeTable(
  { short }: Reading,
  replaces: ReplacedModel,
  own: { readonly name: string; readonly version: string; readonly operatingPoint: OperatingPoint },
): Table {
  const at = ({ comparison, threshold }: Pick<OperatingPoint, "comparison" | "threshold">) =>
    `${comparison === ">=" ? "from" : "above"} ${thresholdText(threshold)} on`;
  const weight = thresholdText(own.operatingPoint.threshold);
  return {
    id: `performance.change@${short}`,
    caption:
      `${own.name}@${own.version} flags ${at(own.operatingPoint)}, ${replacedName(replaces)} ${at(replaces)}; ` +
      `the net benefit weighs a false alert of both as at ${weight}; each interval is for its measure alone`,
    columns: [
      { key: "measure", label: "Measure", align: "start" },
      { key: "old", label: "Old", align: "end" },
      { key: "new", label: "New", align: "end" },
      { key: "change", label: "Difference, new less old", align: "end" },
    ],
    rows: changedKeys.map((key): Cell[] => {
      const ids = changeIds(key, short);
      const cell = (id: string): Cell => ({ id, part: "both" });
      return [changed[key].name, cell(ids.old), cell(ids.new), cell(ids.change)];
    }),
  };
}

const statuses = [
  ["event", "with the event", horizonStatusCode.event],
  ["event-free", "without the event", horizonStatusCode.eventFree],
  ["unknown", "of unknown status", horizonStatusCode.unknown],
] as const;

/** Who is flagged by which model, counted: of those with the event, of those without, and of those of unknown status. */
function reclassified(
  cohort: Cohort,
  { short, label, readAt }: Reading,
  { old, new: other }: ComparedModels,
): Matrix[] {
  const { status } = knownIn(cohort);
  const asked = cohort.kind === "binary" ? statuses.slice(0, 2) : statuses;
  return asked.map(([name, words, code]): Matrix => {
    const { both, firstOnly, secondOnly, neither } = flagCounts(old, other, (row) => status[row] === code);
    return {
      id: reclassifiedId(short, name),
      label: saidOf(
        cohort.unit,
        `Patients ${words} at ${readAt ?? label} by which model flags them, counted`,
      ),
      rows: ["flagged by the new model", "not flagged by the new model"],
      columns: ["flagged by the old model", "not flagged by the old model"],
      cells: [
        [both, firstOnly],
        [secondOnly, neither],
      ],
    };
  });
}
