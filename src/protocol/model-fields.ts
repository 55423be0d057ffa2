import { z } from "zod";

/** What every model file says of its model, whatever its kind. */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  /** Scores that differ by no more count as equal. */
  readonly tolerance: number;
}

/** The rounding of a file that prints ten significant digits or more. */
const defaultTolerance = 1e-9;
const largestTolerance = 0.01;

const finite = z.number().finite();

/** Fields of every kind of model file; their descriptions are printed in docs/model-file.md. */
export const modelFields = {
  format: z.literal("probity-model/1").describe("Version of this format."),
  name: z.string().min(1).max(80).describe("As in model.name of the protocol."),
  version: z.string().min(1).max(40).describe("As in model.version of the protocol."),
  fitted_on: z
    .record(z.string(), z.union([z.string(), finite]))
    .optional()
    .describe("Notes on the development data; not read."),
  tolerance: finite
    .nonnegative()
    .max(largestTolerance)
    .default(defaultTolerance)
    .describe("A score that differs by no more is met: half a unit of the last printed digit. At most 0.01."),
};
