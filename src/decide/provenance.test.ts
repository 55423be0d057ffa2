import { expect, test } from "vitest";
import { cohortMeasures, fairnessMeasures, labelMeasures, performanceMeasures } from "../assess/index.ts";
import { burdenMeasures, claimMeasures } from "./measures.ts";
import { provenance } from "./provenance.ts";

test("every measure says where its numbers come from, and nothing else does", () => {
  const defined = [
    ...cohortMeasures,
    ...performanceMeasures,
    ...fairnessMeasures,
    ...burdenMeasures,
    ...labelMeasures,
    ...claimMeasures,
  ];
  expect(Object.keys(provenance).sort()).toEqual(defined.map(({ key }) => key).sort());
});
