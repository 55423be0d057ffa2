import { expect, test } from "vitest";
import {
  binaryCohortMeasures,
  binaryPerformanceMeasures,
  cohortMeasures,
  patientIdMeasure,
  patientMeasures,
  performanceMeasures,
} from "../assess/index.ts";
import { burdenMeasures, labelMeasures } from "./measures.ts";
import { provenance } from "./provenance.ts";

test("every measure says where its numbers come from, and nothing else does", () => {
  const defined = [
    ...[...cohortMeasures, patientIdMeasure, ...performanceMeasures, ...burdenMeasures, ...labelMeasures],
    ...[...binaryCohortMeasures, ...binaryPerformanceMeasures, ...patientMeasures],
  ];
  expect(Object.keys(provenance).sort()).toEqual([...new Set(defined.map(({ key }) => key))].sort());
});
