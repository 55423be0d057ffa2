import { gammaQuantile } from "./gamma-quantile.ts";
import { normalQuantile } from "./normal.ts";
import type { Random } from "./random.ts";

/** Uniform on (0, 1), neither end. */
function inside(random: Random): number {
  for (;;) {
    const u = random.next();
    if (u > 0) return u;
  }
}

/** A draw from the standard normal distribution, by its quantile: one uniform number each. */
export function standardNormal(random: Random): number {
  return normalQuantile(inside(random));
}

/** A draw from the chi-square distribution, by its quantile. */
export function chiSquareVariate(random: Random, degreesOfFreedom: number): number {
  return 2 * gammaQuantile(inside(random), degreesOfFreedom / 2);
}
