import { expect, test } from "vitest";
import {
  binaryChangeMeasures,
  binaryCohortMeasures,
  binaryPerformanceMeasures,
  changeMeasures,
  cohortMeasures,
  extractionMeasures,
  fairnessMeasures,
  labelMeasures,
  matchingMeasures,
  patientIdMeasure,
  patientMeasures,
  performanceMeasures,
  proxyMeasures,
  sliceMeasures,
} from "../assess/index.ts";
import { burdenMeasures, claimMeasures } from "./measures.ts";
import { provenance } from "./provenance.ts";

test("every measure says where its numbers come from, and nothing else does", () => {
  const defined = [
    ...[...cohortMeasures, patientIdMeasure, ...performanceMeasures, ...fairnessMeasures, ...sliceMeasures],
    ...[
      ...proxyMeasures,
      ...burdenMeasures,
      ...labelMeasures,
      ...claimMeasures,
      ...extractionMeasures,
      ...matchingMeasures,
    ],
    ...[...changeMeasures, ...binaryChangeMeasures],
    ...[...binaryCohortMeasures, ...binaryPerformanceMeasures, ...patientMeasures],
  ];
  expect(Object.keys(provenance).sort()).toEqual([...new Set(defined.map(({ key }) => key))].sort());
});
