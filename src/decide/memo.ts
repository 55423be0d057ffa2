import type { Memo } from "../evidence/dossier.ts";
import { type ComputedEstimate, isKnown } from "../evidence/estimate.ts";
import { worstFirst } from "../evidence/finding.ts";
import { phraseText } from "../evidence/format.ts";
import { fromProtocol, type Phrase } from "../evidence/phrase.ts";
import type { Protocol } from "../protocol/index.ts";
import { beforeShortly, beforeWords } from "./before-words.ts";
import { delayPhrase, worstPlace } from "./delay.ts";
import { type EstimateBook, knownIn } from "./estimate-book.ts";
import { also } from "./memo-also.ts";
import { burdenText } from "./memo-burden.ts";
import { evidenceRows } from "./memo-evidence.ts";
import type { MemoInputs } from "./memo-inputs.ts";
import { mind } from "./memo-mind.ts";
import { both, value } from "./references.ts";
import { capitalise, capitalised, shortList } from "./sentence.ts";
import { amendmentWords, areSetInAdvance, lockWords, replacedWords } from "./trail-words.ts";
import { nameInSentence } from "./verdict.ts";

/** The words of the one page, in the order in which a committee reads them. */
export function memo(inputs: MemoInputs): Memo {
  const { protocol, asOf, protocolSha256, trail } = inputs;
  const before = protocol.memo.dissent ? undefined : beforeWords(trail);
  return {
    header: {
      model: protocol.model.name,
      version: protocol.model.version,
      site: [...fromProtocol("site", protocol.site), ", ", ...whoIsAnalysed(protocol)],
      dataCut: fromProtocol("data.cut", protocol.data.cut),
      author: protocol.author,
      protocol: `${protocolSha256.slice(0, 4)} … ${protocolSha256.slice(-4)}, ${lockWords(trail, protocol.decisionDate)}`,
      date: asOf,
      state: "unsigned",
    },
    decision: decision(inputs),
    flaw: flaw(inputs),
    question: [
      { term: "Who acts", text: fromProtocol("question.who_acts", protocol.question.whoActs) },
      { term: "On what", text: fromProtocol("question.on_what", protocol.question.onWhat) },
      {
        term: "What changes",
        text: fromProtocol("question.decision_changed", protocol.question.decisionChanged),
      },
      { term: "For whom", text: fromProtocol("question.for_whom", protocol.question.forWhom) },
      {
        term: "Horizon, endpoint",
        text: [
          ...horizonWords(protocol),
          "; ",
          ...fromProtocol("endpoint.meaning", protocol.endpoint.meaning),
          ", version ",
          { field: "endpoint.version", text: String(protocol.endpoint.version) },
        ],
      },
    ],
    limitHeading: areSetInAdvance(trail, protocol.decisionDate) ? "Set in advance" : "Limit",
    evidence: evidenceRows(inputs),
    also: also(inputs),
    data: data(inputs),
    burden: burdenText(inputs),
    harm: harm(inputs),
    papers: papers(inputs),
    mind: mind(inputs),
    ...(protocol.memo.dissent ? { dissent: protocol.memo.dissent } : {}),
    ...(before === undefined ? {} : { before }),
    signatures: ["Product", "Physician", "Compliance"],
  };
}

/** Characters of the decision's list of missing evidence, beside its sentence in four lines. */
const missingRoom = 165;

function decision(inputs: MemoInputs): Phrase {
  const { verdict, requirements } = inputs;
  const recommend = `Recommend ${verdict.word}. `;
  if (verdict.word !== "HOLD" && verdict.word !== "GO-SILENT")
    return [recommend, ...capitalised(verdict.reason)];
  const missing = requirements.filter((requirement) => verdict.decidedBy.includes(requirement.id));
  const target = verdict.word === "HOLD" ? "a silent run" : "live use";
  const noun = missing.length === 1 ? "requirement" : "requirements";
  const verb = missing.length === 1 ? "is" : "are";
  const names = shortList(missing.map(nameInSentence), missingRoom);
  const sentence = `${missing.length} ${noun} for ${target} ${verb} not yet shown: ${names}.`;
  const ratio = calibrationShown(inputs);
  return ratio
    ? [recommend, "Observed over predicted risk is ", both(ratio), ", but ", sentence]
    : [recommend, capitalise(sentence)];
}

/** The ratio is named first only where it is no part of what is missing. */
function calibrationShown({ book, horizon, requirements }: MemoInputs): string | undefined {
  const id = `performance.observed-expected@${horizon}`;
  const isOpen = requirements.some(({ evidence, state }) => evidence.includes(id) && state !== "pass");
  return knownIn(book, id) && !isOpen ? id : undefined;
}

function horizonWords({ endpoint: { horizon, readAt } }: Protocol): Phrase {
  const asked = fromProtocol("endpoint.horizon", horizon.label);
  return readAt ? [...asked, ", read at ", ...fromProtocol("endpoint.read_at", readAt.label)] : asked;
}

/** When the status is read: the horizon, or just before it. */
function readingWords({ endpoint: { horizon, readAt } }: Protocol): Phrase {
  return readAt
    ? fromProtocol("endpoint.read_at", readAt.label)
    : fromProtocol("endpoint.horizon", horizon.label);
}

/** Which concern weighs most when nothing is fatal, most telling first. */
const weakest = [
  "performance.no-gain",
  "performance.chance",
  "performance.observed-expected-off",
  "performance.calibration-slope-off",
  "performance.unknown-status",
  "quality.",
];

function flaw({ findings, verdict }: MemoInputs): Memo["flaw"] {
  const worst = worstFirst(findings);
  const [first] = worst;
  if (first?.severity === "fatal") return { lead: "Fatal:", text: first.sentence };
  if (first?.severity === "serious") return { lead: "None fatal. Most serious:", text: first.sentence };
  if (verdict.word === "NO-GO") return { lead: "Fatal:", text: capitalised(verdict.reason) };
  if (verdict.word === "REDESIGN")
    return { lead: "None fatal. Decisive:", text: capitalised(verdict.reason) };
  const concerns = worst.filter(({ severity }) => severity === "concern");
  const chosen =
    weakest.flatMap((prefix) => concerns.filter(({ id }) => id.startsWith(prefix)))[0] ?? concerns[0];
  return chosen
    ? { lead: "None found.", text: ["Weakest point: ", ...chosen.sentence] }
    : { lead: "None found.", text: ["No concern stands either."] };
}

function data({ protocol, book, horizon: h, findings }: MemoInputs): Memo["data"] {
  const { endpoint } = protocol;
  const unknown = findings.find(({ id }) => id === `performance.unknown-status@${h}`);
  const missing = largestMissing(book);
  const gap: Phrase = unknown
    ? unknown.sentence
    : missing
      ? [`${missing.label}: `, both(missing.id), ` of ${protocol.data.patients.unit.many}.`]
      : ["No value is missing among the declared variables."];
  const { unit, patient } = protocol.data.patients;
  const patients: Phrase = patient === undefined ? [] : [", patients: ", value("cohort.patients")];
  const unknownStatus: Phrase = endpoint.time
    ? [", unknown: ", { id: `cohort.unknown@${h}`, part: "fraction" }]
    : [];
  return {
    have: [
      "Rows in the patients file: ",
      value("data.records/patients"),
      `; ${unit.many} analysed: `,
      value("cohort.analysed"),
      ...patients,
      ". At ",
      ...readingWords(protocol),
      " with the event: ",
      value(`cohort.events@${h}`),
      ", without: ",
      value(`cohort.event-free@${h}`),
      ...unknownStatus,
      ".",
    ],
    gap,
  };
}

/** "686 patients", or "99,340 encounters of 69,990 patients". */
function whoIsAnalysed({ data }: Protocol): Phrase {
  const { unit, patient } = data.patients;
  const analysed = [value("cohort.analysed"), ` ${unit.many}`];
  return patient === undefined ? analysed : [...analysed, " of ", value("cohort.patients"), " patients"];
}

function largestMissing(book: EstimateBook): ComputedEstimate | undefined {
  return [...book.values()]
    .filter((estimate) => estimate.id.startsWith("data.missing/") && isKnown(estimate) && estimate.value > 0)
    .sort((a, b) => (isKnown(b) ? b.value : 0) - (isKnown(a) ? a.value : 0))[0];
}

function harm({ protocol }: MemoInputs): Memo["harm"] {
  const { fallback, harms } = protocol;
  const place = worstPlace(harms);
  const worst = harms[place];
  const drill: Phrase = fallback
    ? [
        ...fromProtocol("fallback.document", fallback.document),
        "; ",
        ...fromProtocol("fallback.last_drill", fallback.lastDrill ?? "never drilled"),
      ]
    : ["no document, no drill"];
  if (!worst)
    return [
      { term: "Worst plausible", text: ["no scenario written"] },
      { term: "Fallback, last drill", text: drill },
    ];
  return [
    { term: "Worst plausible", text: fromProtocol(`harms[${place}].scenario`, worst.scenario) },
    { term: "Delay", text: delayPhrase(harms, protocol.worstDelayDays) },
    { term: "Detection", text: fromProtocol(`harms[${place}].detection`, worst.detection) },
    { term: "Fallback, last drill", text: drill },
  ];
}

/** Characters that the two lines of papers hold, whatever they are. */
const papersRoom = 240;
/** Beside approvals an amendment has at least so many, or they give way to it. */
const amendmentRoom = 100;
/** Characters of the longest sentence on one amendment. */
const longestAmendment = 145;

/** What HALTED means, replaced inputs, what was before, approvals, and the amendments that matter most; the report lists all. */
function papers({ protocol, requirements, verdict, trail }: MemoInputs): Phrase {
  const open = requirements.filter(({ gate, state }) => gate !== undefined && state !== "pass").length;
  const halted = verdict.halted ? [`HALTED until all 7 gates pass, ${open} do not`] : [];
  const replaced = replacedWords(trail);
  const changed = [halted, replaced === undefined ? [] : [replaced]].filter(({ length }) => length > 0);
  const approvals = requirements
    .filter(({ id }) => id.startsWith("approval."))
    .map(({ id, found }): Phrase => [`${id === "approval.irb" ? "IRB" : "DUA"} `, ...found]);
  const room = (parts: readonly Phrase[]) =>
    papersRoom - phraseText(joined(parts), new Map()).length - separator.length;
  const past = protocol.memo.dissent && beforeShortly(trail);
  // Header and report tell of an amendment and of what it was before, where the papers cannot.
  const isTold = past && (trail.amendments.length === 0 || room([...changed, [past]]) >= longestAmendment);
  const first = isTold ? [...changed, [past]] : changed;
  const all = [...first, ...approvals];
  const needed = trail.amendments.length > 0 ? amendmentRoom : 0;
  const kept = room(all) < needed ? first : all;
  const amended = amendmentWords(trail, room(kept), protocol.acceptance);
  return amended === undefined ? [...joined(kept), "."] : joined([...kept, amended]);
}

function joined(parts: readonly Phrase[]): Phrase {
  return parts.flatMap((part, i) => [...(i === 0 ? [] : [separator]), ...part]);
}

const separator = " \u00b7 ";
