import { horizonStatusCode } from "./censoring.ts";
import { type IpcwMean, type IpcwSample, ipcwMean } from "./ipcw-mean.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { waldInterval } from "./wald-interval.ts";

/** 1 − loss / null loss, with its interval. */
export interface IpcwSkill {
  readonly value: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
}

/** (1/n) Σ wᵢ aᵢ without a standard error; values of patients of unknown status are not read. */
function weightedMean({ weight, nPatients }: IpcwSample, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < nPatients; i++) if (weight[i]! > 0) sum += weight[i]! * values[i]!;
  return sum / nPatients;
}

/** The Kaplan–Meier risk at the horizon, as the weighted share of events; 0 for nobody. */
export function riskForEverybody({ status, weight, nPatients }: IpcwSample): number {
  let events = 0;
  for (let i = 0; i < nPatients; i++) if (status[i] === horizonStatusCode.event) events += weight[i]!;
  return nPatients === 0 ? 0 : events / nPatients;
}

/**
 * Weighted mean loss L, that of the null model L₀, and the skill 1 − L/L₀ with an interval by the delta
 * method on the paired losses: the influence function of the skill is (L/L₀ ψ₀ − ψ) / L₀.
 *
 * That the null risk is estimated adds nothing to first order: both the squared and the logarithmic loss are
 * least at the weighted share of events. A null loss of 0 (nobody or everybody has the event) leaves the
 * skill not estimable.
 */
export function ipcwSkill({
  sample,
  loss,
  nullLoss,
  level,
}: {
  readonly sample: IpcwSample;
  readonly loss: Float64Array;
  readonly nullLoss: Float64Array;
  readonly level: number;
}):
  | { readonly loss: IpcwMean; readonly nullLoss: number; readonly skill: IpcwSkill | NotEstimable }
  | NotEstimable {
  const model = ipcwMean(sample, loss);
  if (isNotEstimable(model)) return model;
  const none = weightedMean(sample, nullLoss);
  if (sample.nEvents === 0 || sample.nEventFree === 0)
    return {
      loss: model,
      nullLoss: none,
      skill: {
        notEstimable:
          sample.nEvents === 0 ? "no events by the horizon" : "nobody is event-free at the horizon",
      },
    };
  const ratio = model.mean / none;
  const paired = new Float64Array(loss.length);
  for (let i = 0; i < paired.length; i++) paired[i] = (ratio * nullLoss[i]! - loss[i]!) / none;
  const change = ipcwMean(sample, paired);
  if (isNotEstimable(change)) return change;
  const { stdError } = change;
  const skill = 1 - ratio;
  const interval = waldInterval({ estimate: skill, stdError, level, range: [-Infinity, 1] });
  return { loss: model, nullLoss: none, skill: { value: skill, stdError, ...interval } };
}
