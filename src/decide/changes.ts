import type { ReplayState } from "../assess/index.ts";
import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { Change, Requirement } from "../evidence/requirement.ts";
import type { Protocol } from "../protocol/index.ts";
import { acceptanceRequirements, rowsIn } from "./acceptance.ts";
import { burden } from "./burden.ts";
import { bookOf, type EstimateBook } from "./estimate-book.ts";
import { gates } from "./gates.ts";

/** Requirements that another threshold can change: what is read at the operating point, and gate 2. */
const movedByThreshold = /^(acceptance\.(sensitivity|specificity|ppv|npv|flag_rate)@|gate\.2$)/;

/**
 * For each failed requirement that the threshold can move, simulates the study again at other thresholds and attaches
 * the one nearest to the protocol's at which every such requirement passes.
 *
 * The change is found on the data that failed, so it is a proposal for a new validation, never a pass by itself.
 */
export function withChanges(
  requirements: readonly Requirement[],
  protocol: Protocol,
  simulation: {
    readonly book: EstimateBook;
    readonly horizon: string;
    readonly asOf: string;
    readonly replay: ReplayState;
    readonly atThreshold: (threshold: number) => readonly ComputedEstimate[];
  },
): Requirement[] {
  const movable = requirements.filter(({ id }) => movedByThreshold.test(id));
  if (!movable.some(({ state, lapsed }) => state === "fail" && !lapsed)) return [...requirements];
  const threshold = passingThreshold(
    movable.map(({ id }) => id),
    protocol,
    simulation,
  );
  return requirements.map((requirement) => {
    if (!movable.includes(requirement) || requirement.state !== "fail") return requirement;
    if (threshold !== undefined) return { ...requirement, changes: [changeTo(threshold, protocol)] };
    // Gate 2 has other cures, such as fewer minutes, and names them itself.
    return requirement.gate === undefined ? { ...requirement, remedy: noThreshold(protocol) } : requirement;
  });
}

function noThreshold({ data }: Protocol): string {
  return `No other threshold passes on these ${data.patients.unit.many}: change the model, and validate again.`;
}

function changeTo(threshold: number, { data }: Protocol): Change {
  const at = threshold.toFixed(2).replace(/^0/, "");
  return {
    name: `threshold ${at}`,
    state: "pass",
    sentence: [
      `A threshold of ${at}: simulated again on these ${data.patients.unit.many}, each requirement at the operating point passes.`,
    ],
  };
}

function passingThreshold(
  ids: readonly string[],
  protocol: Protocol,
  { book, horizon, asOf, replay, atThreshold }: Parameters<typeof withChanges>[2],
): number | undefined {
  const { threshold: current } = protocol.operatingPoint;
  const candidates = Array.from({ length: 99 }, (_, i) => (i + 1) / 100)
    .filter((threshold) => Math.abs(threshold - current) > 1e-9)
    .sort((a, b) => Math.abs(a - current) - Math.abs(b - current));
  return candidates.find((threshold) => {
    const replaced = new Map(book);
    for (const estimate of atThreshold(threshold)) replaced.set(estimate.id, estimate);
    for (const estimate of burden(protocol, replaced, horizon)) replaced.set(estimate.id, estimate);
    const simulated = bookOf([...replaced.values()]);
    const again = [
      ...gates(protocol, simulated, { asOf, replay }),
      ...acceptanceRequirements(protocol.acceptance, simulated, rowsIn(protocol)),
    ];
    return again.filter(({ id }) => ids.includes(id)).every(({ state }) => state === "pass");
  });
}
