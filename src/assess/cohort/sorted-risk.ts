import { ascendingOrder, inOrder } from "../../stats/order.ts";
import { sharedCopy } from "./shared-memory.ts";

export interface SortedRisk {
  /** `ascendingOrder` of the risk. */
  readonly byRisk: Uint32Array;
  /** The risk in that order. */
  readonly ascending: Float64Array;
}

/** In memory that threads share. */
export function sorted(risk: Float64Array): SortedRisk {
  const byRisk = ascendingOrder(risk);
  return { byRisk: sharedCopy(byRisk), ascending: sharedCopy(inOrder(risk, byRisk)) };
}
