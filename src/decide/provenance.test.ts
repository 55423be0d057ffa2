import { expect, test } from "vitest";
import { cohortMeasures, labelMeasures, performanceMeasures } from "../assess/index.ts";
import { burdenMeasures } from "./measures.ts";
import { provenance } from "./provenance.ts";

test("every measure says where its numbers come from, and nothing else does", () => {
  const defined = [...cohortMeasures, ...performanceMeasures, ...burdenMeasures, ...labelMeasures];
  expect(Object.keys(provenance).sort()).toEqual(defined.map(({ key }) => key).sort());
});
