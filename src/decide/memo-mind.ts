import type { Memo } from "../evidence/dossier.ts";
import { counted } from "../evidence/format.ts";
import { fromProtocol, type Phrase } from "../evidence/phrase.ts";
import type { MemoInputs } from "./memo-inputs.ts";
import { capitalise, shortList } from "./sentence.ts";
import { nameInSentence } from "./verdict.ts";

/** Characters of the list of missing evidence in its column. */
const missingRoom = 100;

/** Block 10, which the report repeats: what would change our mind, and who watches afterwards. */
export function mind(inputs: MemoInputs): Memo["mind"] {
  const { monitoring, memo } = inputs.protocol;
  const signals = monitoring?.signals.flatMap((signal, i) => [
    ...(i === 0 ? [] : [", "]),
    ...fromProtocol(`monitoring.signals[${i}]`, signal),
  ]) ?? ["no plan"];
  const owner = monitoring?.owner ?? null;
  return [
    { term: "What is needed", text: needed(inputs) },
    { term: "Kill if", text: fromProtocol("memo.kill_if", memo.killIf) },
    {
      term: "Monitor, owner",
      text: [
        ...signals,
        "; ",
        ...(owner === null ? ["owner not named"] : fromProtocol("monitoring.owner", owner)),
      ],
    },
    { term: "Review", text: monitoring ? fromProtocol("monitoring.review", monitoring.review) : ["not set"] },
  ];
}

/** First the number that more patients would settle, then how much else decides. */
function needed({ requirements, verdict }: MemoInputs): Phrase {
  if (verdict.word !== "HOLD") return verdict.wouldChange;
  const deciding = requirements.filter(({ id }) => verdict.decidedBy.includes(id));
  const unclear = deciding.find(
    ({ id, state, remedy }) => id.startsWith("acceptance.") && state === "no evidence" && remedy,
  );
  if (!unclear) return [`Valid evidence for ${shortList(deciding.map(nameInSentence), missingRoom)}.`];
  const others = deciding.length - 1;
  const rest = others === 0 ? "" : ` Also evidence for ${counted(others, "other")}.`;
  return [`${capitalise(unclear.name)}: ${unclear.remedy}${rest}`];
}
