import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";
import { groupCompared } from "../provenance/group-of.ts";
import { endpointFields, groupFields } from "../provenance/protocol-fields.ts";
import type {
  Condition,
  FieldPath,
  NumberPlace,
  Provenance,
  ProvenanceTable,
  RowRule,
} from "../provenance/provenance.ts";

const chen = "Chen, Kallus, Mao, Svacha & Udell 2019, doi:10.1145/3287560.3287594";
const folded = `LeDell, Petersen & van der Laan 2015, doi:10.1214/15-EJS1035; Nadeau & Bengio 2003, doi:10.1023/A:1024068626366; ${chen}`;

/** Error rates whose gap an audit by a proxy would show. */
export const proxyRates = [
  { key: "fnr", name: "false negative rate", base: "those with the event" },
  { key: "fpr", name: "false positive rate", base: "the event-free" },
] as const;

export type ProxyRate = (typeof proxyRates)[number]["key"];

const contrast = "Σ w x/Σ w − Σ (1 − w) x/Σ (1 − w)";
const ofRates = proxyRates.flatMap(({ key, name, base }): Measure[] => [
  measure(
    `fairness.${key}-gap`,
    `Difference in ${name} between a group and the others`,
    `Error rate among ${base}: the group's less that of all others whose group is recorded.`,
    `${contrast}; x 1 for an error, w 1 in the group, else 0; linearised variance`,
    chen,
  ),
  measure(
    `fairness.proxy-${key}-gap`,
    `Difference in ${name} by a proxy`,
    `What an audit of the ${name} would show that has no record of the group and takes the chance that the input gives for it.`,
    `${contrast}; x 1 for an error, w the chance of the group at the input's level, from other folds; linearised variance`,
    `${chen}; Kallus, Mao & Zhou 2022, doi:10.1287/mnsc.2020.3850`,
  ),
  measure(
    `fairness.proxy-${key}-attenuation`,
    `Attenuation of a proxy, ${name}`,
    `Among ${base}: the share of the true difference that the proxy would show if errors went with the group alone; 1 for a perfect proxy, 0 for a useless one.`,
    `${contrast}; x 1 in the group, w the chance of the group at the input's level, from other folds`,
    chen,
  ),
  measure(
    `fairness.proxy-${key}-remainder`,
    `Remainder of a proxy, ${name}`,
    "What of the difference by the proxy the true one does not explain: errors that go with the input within the groups.",
    "difference by the proxy − attenuation × true difference",
    chen,
  ),
]);

/** What each number about stand-ins means. */
export const proxyMeasures: readonly Measure[] = [
  measure(
    "fairness.proxy-auc",
    "AUC of an input for a group",
    "Chance that the input's level points to the member in a pair of a member of the group and somebody else; .50 says nothing of the group.",
    "(1/5) Σ AUC within fold k of logit((g + 2p)/(n + 2)); g of n patients at the level in the group, p the group's share, from other folds",
    folded,
  ),
  measure(
    "fairness.proxy-joint-auc",
    "AUC of all inputs together for a group",
    "The same of a model that reads all inputs that were asked.",
    "(1/5) Σ AUC within fold k of a logistic regression (ridge 1) on the log odds of each input, fitted to other folds",
    folded,
  ),
  ...ofRates,
];

function ofRecorded(of: readonly Condition[], counted: Condition, readsPredictions: boolean): RowRule {
  const population = "patients analysed whose group is recorded";
  return { kind: "estimate", population, of, counted: [counted], byGroup: false, readsPredictions };
}

const fields: NonNullable<Provenance["fields"]> = (protocol, place) => [
  ["proxies"],
  ["protected"],
  ...inputFields(place),
  ...groupFields(protocol, { ...place, stratum: groupCompared(place) }),
];

/** `zip` of `zip~race:AA`; the joint AUC and the true difference are of no one input. */
function inputFields({ stratum = "" }: NumberPlace): readonly FieldPath[] {
  const [input, group] = stratum.split("~");
  return group === undefined ? [] : [["data", "variables", input!]];
}

const rateFields: typeof fields = (protocol, place) => [
  ...fields(protocol, place),
  ["operating_point"],
  ...endpointFields(protocol),
];

const size = (place: NumberPlace) => [`cohort.in-group@${place.horizon}/${groupCompared(place)}`];

function ratesOf(key: ProxyRate, beside: string, of: Condition, error: Condition): ProvenanceTable {
  const rows = ofRecorded([of], error, true);
  const members = ofRecorded([of], "in the group", false);
  const at = (name: string) => (place: NumberPlace) =>
    `fairness.${name}@${place.horizon}/${name.startsWith("proxy-") ? place.stratum : groupCompared(place)}`;
  const parts = [at(`proxy-${key}-gap`), at(`proxy-${key}-attenuation`), at(`${key}-gap`)];
  return {
    [`fairness.${key}-gap`]: {
      rows,
      inputs: (place) => [`${beside}@${place.horizon}/${groupCompared(place)}`],
      fields: rateFields,
    },
    [`fairness.proxy-${key}-gap`]: { rows, fields: rateFields },
    [`fairness.proxy-${key}-attenuation`]: { rows: members, fields: rateFields },
    [`fairness.proxy-${key}-remainder`]: {
      rows,
      inputs: (place) => parts.map((part) => part(place)),
      calculate: ([shown, factor, gap]) => shown! - factor! * gap!,
      fields: rateFields,
    },
  };
}

/** Where the numbers about stand-ins come from. */
export const proxyProvenance: ProvenanceTable = {
  "fairness.proxy-auc": { rows: ofRecorded([], "in the group", false), inputs: size, fields },
  "fairness.proxy-joint-auc": { rows: ofRecorded([], "in the group", false), inputs: size, fields },
  ...ratesOf("fnr", "performance.sensitivity", "event by the horizon", "not flagged"),
  ...ratesOf("fpr", "performance.specificity", "event-free at the horizon", "flagged"),
};
