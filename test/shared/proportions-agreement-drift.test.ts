import { agreementChecks } from "./agreement-checks.ts";
import type { Checks, Exception } from "./checks.ts";
import { distributionChecks } from "./distribution-checks.ts";
import { driftChecks } from "./drift-checks.ts";
import { proportionChecks } from "./proportion-checks.ts";
import { reviewChecks } from "./review-checks.ts";
import { walkYardstick } from "./yardstick-walk.ts";

const all: readonly Checks[] = [
  driftChecks,
  reviewChecks,
  proportionChecks,
  agreementChecks,
  distributionChecks,
];
const exceptions: Readonly<Record<string, Exception>> = Object.assign(
  {},
  ...all.map((checks) => checks.exceptions),
);

walkYardstick(
  "proportions_agreement_drift",
  all.flatMap(({ covered }) => covered),
  exceptions,
);
