import { expect, test } from "vitest";
import { beforeShortly, beforeWords } from "./before-words.ts";
import { earlierFindings } from "./trail-findings.ts";

const on = (day: string) => ({ ledger: "t", index: 0, leaf: "00", time: `${day}T08:00:00.000Z`, by: "Dana" });
const earlier = [{ entry: on("2026-11-20"), protocolSha256: "00", verdict: "NO-GO" }];
const rejections = [{ entry: on("2026-11-21"), role: "Compliance", verdict: "REDESIGN" }];

test("other verdicts and rejections before are named with their days", () => {
  expect(beforeWords({ earlier, rejections })).toBe(
    "Earlier verdict: NO-GO (2026-11-20). Earlier dossier rejected as Compliance (REDESIGN, 2026-11-21).",
  );
  expect(beforeWords({ earlier, rejections: [] })).toBe("Earlier verdict: NO-GO (2026-11-20).");
  expect(beforeWords({ earlier: [], rejections: [] })).toBeUndefined();
});

test("where there is no room days give way first, and the verdicts never", () => {
  const many = ["Product", "Physician", "Compliance"].map((role) => ({ ...rejections[0]!, role }));
  expect(beforeWords({ earlier, rejections: many })).toBe(
    "Earlier verdict: NO-GO. Earlier dossier rejected as Product, Physician, Compliance.",
  );
  expect(beforeShortly({ earlier, rejections })).toBe("Before: NO-GO; rejected");
  expect(beforeShortly({ earlier: [], rejections })).toBe("Before: rejected");
  expect(beforeShortly({ earlier: [], rejections: [] })).toBeUndefined();
});

test("a finding tells the other verdicts", () => {
  expect(earlierFindings({ earlier })[0]).toMatchObject({
    severity: "concern",
    sentence: ["Earlier evaluations of this study came to another verdict: NO-GO (2026-11-20)."],
  });
  expect(earlierFindings({ earlier: [] })).toEqual([]);
});
