import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";
import { endpointFields, horizonFields } from "../provenance/protocol-fields.ts";
import {
  beside,
  type Condition,
  type Provenance,
  type ProvenanceTable,
  type RowRule,
} from "../provenance/provenance.ts";
import { type ChangedKey, changed, changedKeys } from "./changed.ts";

const newcombe =
  "Newcombe 1998, doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C; in clusters Liang & Zeger 1986, doi:10.1093/biomet/73.1.13";
const linearised =
  "Moskowitz & Pepe 2006, doi:10.1191/1740774506cn147oa; Kosinski 2013, doi:10.1002/sim.5587";
const delong = "DeLong 1988, doi:10.2307/2531595";
const vickers = "Vickers & Elkin 2006, doi:10.1177/0272989X06295361";
const means = "Liang & Zeger 1986, doi:10.1093/biomet/73.1.13";
const blanche = "Blanche, Dartigues & Jacqmin-Gadda 2013, doi:10.1002/sim.5958";
const gerds = "Gerds & Schumacher 2006, doi:10.1002/bimj.200610301";

interface Defined {
  /** What it is of one model. */
  readonly of: string;
  readonly equation: string;
  readonly source: string;
}

const defined: Readonly<Record<ChangedKey, Defined>> = {
  sensitivity: {
    of: "Share flagged among patients with the event",
    equation: "found / all with the event",
    source: newcombe,
  },
  specificity: {
    of: "Share not flagged among patients without the event",
    equation: "left alone / all without the event",
    source: newcombe,
  },
  ppv: {
    of: "Share with the event among patients flagged",
    equation: "found / flagged",
    source: linearised,
  },
  npv: {
    of: "Share without the event among patients not flagged",
    equation: "left alone rightly / not flagged",
    source: linearised,
  },
  flagged: { of: "Share of patients flagged", equation: "flagged / n", source: newcombe },
  auc: {
    of: "Chance that a patient with the event has a higher risk than one without",
    equation: "P(r of event > r of other) + ½ P(equal)",
    source: delong,
  },
  brier: {
    of: "Mean squared distance between risk and event; lower is better",
    equation: "mean (y − r)²",
    source: means,
  },
  "net-benefit": {
    of: "True flags less false ones, the latter weighed by the new model's threshold p for both models",
    equation: "(found − flagged for nothing · p/(1 − p)) / n",
    source: vickers,
  },
};

const ofFollowUp: Readonly<Partial<Record<ChangedKey, string>>> = { auc: blanche, brier: gerds };

function measuresWith(sourceOf: (key: ChangedKey) => string): readonly Measure[] {
  return changedKeys.flatMap((key) => {
    const { of, equation } = defined[key];
    const { name, inSentence } = changed[key];
    const isPer1000 = key === "flagged";
    return [
      measure(
        `performance.old-${key}`,
        `${name.split(";")[0]!}, replaced model`,
        `${of}, of the model that is replaced, at its own threshold.`,
        equation,
        sourceOf(key),
      ),
      measure(
        `performance.change-${key}`,
        `Change in ${inSentence}`,
        `${of}: the new model's less the old one's, each at its own threshold, on the same patients${isPer1000 ? "; per 1,000" : ""}.`,
        `new − old; interval of the paired difference${isPer1000 ? "; × 1,000" : ""}`,
        sourceOf(key),
      ),
    ];
  });
}

/** What each number of the comparison with the replaced model means, once for all its estimates. */
export const changeMeasures = measuresWith((key) => ofFollowUp[key] ?? defined[key].source);

/** The same where the outcome is known of every row. */
export const binaryChangeMeasures = measuresWith((key) => defined[key].source);

const byOld = "flagged by the replaced model";
const notByOld = "not flagged by the replaced model";

function ofBoth(
  rows: Pick<RowRule, "kind" | "of" | "counted">,
  calculation: Pick<Provenance, "inputs" | "calculate"> = {},
): Provenance {
  return {
    ...calculation,
    rows: { ...rows, population: "patients analysed", byGroup: false, readsPredictions: true },
    fields: (protocol, place) => [
      ["replaces"],
      ["operating_point"],
      ...endpointFields(protocol),
      ...horizonFields(protocol, place),
    ],
  };
}

function rate(of: readonly Condition[], counted: Condition): Provenance {
  return ofBoth({ kind: "share", of, counted: [counted] });
}

const estimated = ofBoth({ kind: "estimate", of: [], counted: [] });

const event = "event by the horizon";
const eventFree = "event-free at the horizon";
const known = "status known at the horizon";

const oldProvenance: Readonly<Record<ChangedKey, Provenance>> = {
  sensitivity: rate([event], byOld),
  specificity: rate([eventFree], notByOld),
  ppv: rate([byOld, known], event),
  npv: rate([notByOld, known], eventFree),
  flagged: rate([], byOld),
  auc: estimated,
  brier: estimated,
  "net-benefit": estimated,
};

function change(key: ChangedKey): Provenance {
  const times = key === "flagged" ? 1000 : 1;
  return ofBoth(
    { kind: "estimate", of: [], counted: [] },
    {
      inputs: beside(`performance.${key}`, `performance.old-${key}`),
      calculate: ([now, old]) => times * (now! - old!),
    },
  );
}

/** Where the numbers of the comparison come from. */
export const changeProvenance: ProvenanceTable = Object.fromEntries(
  changedKeys.flatMap((key) => [
    [`performance.old-${key}`, oldProvenance[key]],
    [`performance.change-${key}`, change(key)],
  ]),
);
