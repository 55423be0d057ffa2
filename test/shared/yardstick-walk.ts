import { afterAll, describe, expect, test } from "vitest";
import { assertClose, type Tolerance } from "../reference/reference.ts";
import { type Check, closedForm, type Exception } from "./checks.ts";
import { listedDifferences, yardstick } from "./yardstick.ts";

/** Largest difference from R by the check that met it. */
const largest = new Map<string, number>();
let comparing = "";

/** Fails where ours is not within the tolerance of theirs; remembers how far apart they were. */
export function agree(
  ours: Parameters<typeof assertClose>[0],
  theirs: unknown,
  tolerance: Tolerance = closedForm,
): void {
  const difference = assertClose(ours, theirs, tolerance);
  largest.set(comparing, Math.max(largest.get(comparing) ?? 0, difference));
}

/** Every case of <shared>/reference/<name>.json: by the first check whose pattern its id meets, or an exception. */
export function walkYardstick(
  name: string,
  checks: readonly (readonly [id: RegExp, check: Check])[],
  exceptions: Readonly<Record<string, Exception>>,
): void {
  const references = yardstick(name);
  const checkOf = (id: string) => checks.find(([pattern]) => pattern.test(id))?.[1];
  describe(name, () => {
    for (const reference of references) {
      const exception = exceptions[reference.id];
      const check = exception ? exception.check : checkOf(reference.id);
      if (check)
        test(exception ? `${reference.id}: ${exception.because}` : reference.id, () => {
          comparing = check.name;
          check(reference);
        });
    }
    test("every case has its check, and every exception and check its case", () => {
      const ids = references.map(({ id }) => id);
      expect(ids.filter((id) => !(id in exceptions) && !checkOf(id))).toEqual([]);
      expect(Object.keys(exceptions).filter((id) => !ids.includes(id))).toEqual([]);
      expect(checks.filter(([pattern]) => !ids.some((id) => pattern.test(id)))).toEqual([]);
    });
    test("docs/methods/differences.md lists the exceptions", () => {
      const listed = Object.entries(exceptions).map(([id, { because }]) => [id, because]);
      expect(listedDifferences(name)).toEqual(listed);
    });
    afterAll(() => {
      const nExceptions = Object.keys(exceptions).length;
      console.log(
        `${name}: ${references.length - nExceptions} R cases agreed with, ${nExceptions} exceptions; ` +
          `largest differences: ${JSON.stringify(Object.fromEntries(largest))}`,
      );
    });
  });
}
