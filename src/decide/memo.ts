import type { Memo } from "../evidence/dossier.ts";
import { type ComputedEstimate, isKnown } from "../evidence/estimate.ts";
import { worstFirst } from "../evidence/finding.ts";
import { counted } from "../evidence/format.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { Protocol } from "../protocol/index.ts";
import { type EstimateBook, knownIn } from "./estimate-book.ts";
import { burdenText } from "./memo-burden.ts";
import { also, evidenceRows } from "./memo-evidence.ts";
import type { MemoInputs } from "./memo-inputs.ts";
import { both, value } from "./references.ts";
import { amendmentWords, lockWords } from "./trail-words.ts";
import { listOf, nameInSentence } from "./verdict.ts";

/** The words of the one page, in the order in which a committee reads them. */
export function memo(inputs: MemoInputs): Memo {
  const { protocol, asOf, protocolSha256, trail } = inputs;
  return {
    header: {
      model: protocol.model.name,
      version: protocol.model.version,
      site: [protocol.site, ", ", value("cohort.analysed"), " patients"],
      dataCut: protocol.data.cut,
      author: protocol.author,
      protocol: `${protocolSha256.slice(0, 4)} … ${protocolSha256.slice(-4)}, ${lockWords(trail)}`,
      date: asOf,
      state: "unsigned",
    },
    decision: decision(inputs),
    flaw: flaw(inputs),
    question: [
      { term: "Who acts", text: [protocol.question.whoActs] },
      { term: "On what", text: [protocol.question.onWhat] },
      { term: "What changes", text: [protocol.question.decisionChanged] },
      { term: "For whom", text: [protocol.question.forWhom] },
      {
        term: "Horizon, endpoint",
        text: [
          `${horizonText(protocol)}; ${protocol.endpoint.meaning}, version ${protocol.endpoint.version}`,
        ],
      },
    ],
    evidence: evidenceRows(inputs),
    also: also(inputs),
    data: data(inputs),
    burden: burdenText(inputs),
    harm: harm(inputs),
    papers: papers(inputs),
    mind: mind(inputs),
    ...(protocol.memo.dissent ? { dissent: protocol.memo.dissent } : {}),
    signatures: ["Product", "Physician", "Compliance"],
  };
}

/** Characters that the decision's list of missing evidence may take beside its sentence. */
const missingRoom = 190;

function decision({ verdict, book, horizon, requirements }: MemoInputs): Phrase {
  const id = `performance.observed-expected@${horizon}`;
  const recommend = `Recommend ${verdict.word}. `;
  if (verdict.word !== "HOLD" && verdict.word !== "GO-SILENT")
    return [recommend, ...capitalised(verdict.reason)];
  const missing = requirements.filter((requirement) => verdict.decidedBy.includes(requirement.id));
  const target = verdict.word === "HOLD" ? "a silent run" : "live use";
  const noun = missing.length === 1 ? "requirement" : "requirements";
  const verb = missing.length === 1 ? "is" : "are";
  const sentence = `${missing.length} ${noun} for ${target} ${verb} not yet shown: ${shortList(missing.map(nameInSentence))}.`;
  return knownIn(book, id)
    ? [recommend, "Observed over predicted risk is ", both(id), ", but ", sentence]
    : [recommend, capitalise(sentence)];
}

/** As many names as there is room for, and how many more; the report lists all. */
function shortList(names: readonly string[]): string {
  const fits = (count: number) => names.slice(0, count).join(", ").length <= missingRoom;
  const count = names.findLastIndex((_, i) => fits(i + 1)) + 1;
  if (count === names.length) return listOf(names);
  const first = Math.max(1, count);
  return `${names.slice(0, first).join(", ")} and ${names.length - first} more`;
}

function horizonText({ endpoint: { horizon, readAt } }: Protocol): string {
  return readAt ? `${horizon.label}, read at ${readAt.label}` : horizon.label;
}

function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function capitalised([first, ...rest]: Phrase): Phrase {
  if (first === undefined) return [];
  return [typeof first === "string" ? capitalise(first) : first, ...rest];
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
      ? [`${missing.label}: `, both(missing.id), " of patients."]
      : ["No value is missing among the declared variables."];
  return {
    have: [
      value("cohort.analysed"),
      " of ",
      value("data.records/patients"),
      ` patients analysed. At ${(endpoint.readAt ?? endpoint.horizon).label}: `,
      value(`cohort.events@${h}`),
      " with the event, ",
      value(`cohort.event-free@${h}`),
      " without, ",
      { id: `cohort.unknown@${h}`, part: "fraction" },
      " unknown.",
    ],
    gap,
  };
}

function largestMissing(book: EstimateBook): ComputedEstimate | undefined {
  return [...book.values()]
    .filter((estimate) => estimate.id.startsWith("data.missing/") && isKnown(estimate) && estimate.value > 0)
    .sort((a, b) => (isKnown(b) ? b.value : 0) - (isKnown(a) ? a.value : 0))[0];
}

function harm({ protocol }: MemoInputs): Memo["harm"] {
  const worst = protocol.harms.toSorted((a, b) => b.delayDays - a.delayDays)[0];
  const { fallback } = protocol;
  const drill = fallback
    ? `${fallback.document}; ${fallback.lastDrill ?? "never drilled"}`
    : "no document, no drill";
  if (!worst)
    return [
      { term: "Worst plausible", text: ["no scenario written"] },
      { term: "Fallback, last drill", text: [drill] },
    ];
  return [
    { term: "Worst plausible", text: [worst.scenario] },
    { term: "Delay", text: [`${counted(worst.delayDays, "day")}; limit ${protocol.worstDelayDays}`] },
    { term: "Detection", text: [worst.detection] },
    { term: "Fallback, last drill", text: [drill] },
  ];
}

/** One line: approvals, or in their place the last amendment, which the report lists with all others. */
function papers({ requirements, verdict, trail }: MemoInputs): Phrase {
  const open = requirements.filter(({ gate, state }) => gate !== undefined && state !== "pass").length;
  const approvals = requirements
    .filter(({ id }) => id.startsWith("approval."))
    .map(({ id, found }) => `${id === "approval.irb" ? "IRB" : "DUA"} ${found.join("")}`);
  return [
    ...(verdict.halted ? [`HALTED, ${open} of 7 gates not passed · `] : []),
    amendmentWords(trail) ?? `${approvals.join(" · ")}.`,
  ];
}

function mind({ protocol, requirements, verdict }: MemoInputs): Memo["mind"] {
  const unclear = requirements.find(
    ({ id, state, remedy }) =>
      id.startsWith("acceptance.") && state === "no evidence" && remedy && verdict.decidedBy.includes(id),
  );
  const monitoring = protocol.monitoring;
  const signals = monitoring ? monitoring.signals.join(", ") : "no plan";
  return [
    {
      term: "One number",
      text: unclear ? [`${capitalise(unclear.name)}: ${unclear.remedy}`] : verdict.wouldChange,
    },
    { term: "Kill if", text: [protocol.memo.killIf] },
    { term: "Monitor, owner", text: [`${signals}; ${monitoring?.owner ?? "owner not named"}`] },
    { term: "Review", text: [monitoring?.review ?? "not set"] },
  ];
}
