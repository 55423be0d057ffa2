/**
 * Totals of a vitest JSON report. Whatever did not run counts as failed: a skipped or unfinished test, a file
 * that could not be loaded, an error outside any test, a run without a single test.
 */
export function countTests(report, isClean) {
  if (report === undefined) return { passed: 0, failed: 1, remarks: ["the tests did not run"] };
  const remarks = [];
  let failed = report.numFailedTests;
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  for (const file of unloaded) remarks.push(`${file.name}: could not be loaded`);
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) remarks.push(`${skipped} tests were skipped`);
  if (report.numTotalTests === 0) remarks.push("no test was found");
  failed += unloaded.length + skipped + (report.numTotalTests === 0 ? 1 : 0);
  if (!isClean && failed === 0) {
    remarks.push("an error outside any test");
    failed = 1;
  }
  return { passed: report.numPassedTests, failed, remarks };
}
