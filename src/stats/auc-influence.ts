import { horizonStatusCode } from "./censoring.ts";
import type { Influence, IpcwSample } from "./ipcw-mean.ts";
import { inOrder } from "./order.ts";

/**
 * Weighted area under the ROC curve at a horizon with the columns of its influence function, of a sample with cases
 * and controls.
 *
 *     direct   cases: n wᵢ (shareᵢ − AUC) / Σ w    controls: n wⱼ (shareⱼ − AUC) / Σ w
 *     weighted  what of it scales with the weight of a patient: where no cause competes the cases' alone
 *
 * share of a case: weight of the controls below it over that of all; of a control: of the cases above it. Ties
 * one half.
 *
 * Reference: Blanche, Dartigues & Jacqmin-Gadda (2013), Statistics in Medicine 32, 5381–5397,
 * doi:10.1002/sim.5958.
 */
export function aucInfluence(
  sample: IpcwSample,
  risks: RisksInOrder,
): { readonly auc: number; readonly influence: Influence } {
  const controls = controlWeights(sample);
  const share = shareOvertaken(sample, risks, controls);
  const { weight, status, nPatients } = sample;
  let above = 0;
  let caseWeight = 0;
  for (let i = 0; i < nPatients; i++)
    if (status[i] === horizonStatusCode.event) {
      above += weight[i]! * share[i]!;
      caseWeight += weight[i]!;
    }
  const auc = above / caseWeight;
  return { auc, influence: influenceOf(sample, { share, auc, caseWeight, controls }) };
}

export interface RisksInOrder {
  /** `ascendingOrder` of the risk. */
  readonly byRisk: Uint32Array;
  /** The risk in that order. */
  readonly ascending: Float64Array;
}

interface ControlWeights {
  /** The largest weight of a control, which is that of patients beyond the horizon where there are any. */
  readonly unit: number;
  /** Sum over the controls, in units of it; their number where no cause competes. */
  readonly total: number;
}

function controlWeights({ status, weight, nCompeting, nEventFree }: IpcwSample): ControlWeights {
  let unit = 0;
  let sum = 0;
  for (let i = 0; i < status.length; i++) {
    if (status[i] !== horizonStatusCode.eventFree) continue;
    if (weight[i]! > unit) unit = weight[i]!;
    sum += weight[i]!;
  }
  return { unit, total: nCompeting > 0 ? sum / unit : nEventFree };
}

/**
 * Cases: share of the controls below. Controls: weighted share of the cases above. Ties one half.
 *
 * Columns are put in order of risk, walked, and put back by loops that do nothing else: the processor waits for rows
 * far apart in memory, and only without branches between them it waits for many at once.
 */
function shareOvertaken(
  sample: IpcwSample,
  { byRisk, ascending }: RisksInOrder,
  controls: ControlWeights,
): Float64Array {
  const n = sample.nPatients;
  const role = inOrder(rolesOf(sample, controls), byRisk);
  const shareInOrder = walkUp(role, ascending, controls);
  const share = new Float64Array(n);
  for (let k = 0; k < n; k++) share[byRisk[k]!] = shareInOrder[k]!;
  return share;
}

/** Weight of a case, less that of a control in units, 0 for unknown status. */
function rolesOf({ nPatients, status, weight }: IpcwSample, { unit }: ControlWeights): Float64Array {
  const role = new Float64Array(nPatients);
  for (let i = 0; i < nPatients; i++) {
    if (status[i] === horizonStatusCode.event) role[i] = weight[i]!;
    else if (status[i] === horizonStatusCode.eventFree) role[i] = -weight[i]! / unit;
  }
  return role;
}

function sumAboveZero(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > 0) sum += values[i]!;
  return sum;
}

/** From the lowest risk to the highest, equal risks at once; 0 for unknown status. */
function walkUp(role: Float64Array, risk: Float64Array, { total }: ControlWeights): Float64Array {
  const n = role.length;
  const share = new Float64Array(n);
  const caseWeight = sumAboveZero(role);
  let casesBelow = 0;
  let controlsBelow = 0;
  for (let from = 0; from < n; ) {
    const now = risk[from]!;
    let to = from;
    let tiedCases = 0;
    let tiedControls = 0;
    for (; to < n && risk[to] === now; to++) {
      if (role[to]! > 0) tiedCases += role[to]!;
      else tiedControls -= role[to]!;
    }
    const ofCases = (controlsBelow + tiedControls / 2) / total;
    const ofControls = (caseWeight - casesBelow - tiedCases / 2) / caseWeight;
    for (let k = from; k < to; k++) if (role[k] !== 0) share[k] = role[k]! > 0 ? ofCases : ofControls;
    casesBelow += tiedCases;
    controlsBelow += tiedControls;
    from = to;
  }
  return share;
}

function influenceOf(
  sample: IpcwSample,
  {
    share,
    auc,
    caseWeight,
    controls,
  }: {
    readonly share: Float64Array;
    readonly auc: number;
    readonly caseWeight: number;
    readonly controls: ControlWeights;
  },
): Influence {
  const { nPatients: n, status, weight, nCompeting } = sample;
  const weighted = new Float64Array(n);
  const direct = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (status[i] === horizonStatusCode.event)
      direct[i] = weighted[i] = (n * weight[i]! * (share[i]! - auc)) / caseWeight;
    else if (status[i] === horizonStatusCode.eventFree) {
      direct[i] = (n * (weight[i]! / controls.unit) * (share[i]! - auc)) / controls.total;
      // Equal weights cancel, so that their estimation adds nothing.
      if (nCompeting > 0) weighted[i] = direct[i]!;
    }
  }
  return { sample, direct, weighted };
}
