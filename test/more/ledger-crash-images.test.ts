import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/stats/random.ts";
import { crash, mutants } from "../ledger/crash-trace.ts";

const images = Number(process.env.PROBITY_CRASH_IMAGES ?? 20_000);

test(`${images} states that a power loss may leave: nothing confirmed is lost, and the log goes on`, async () => {
  const { images: tried, violations } = await crash({ images, perStep: 12, random: seededRandom(1) });
  console.log(`${tried} crash images, ${violations.length} violations`);
  expect(violations).toEqual([]);
  expect(tried).toBeGreaterThanOrEqual(images);
});

describe("each mistake is caught:", () => {
  for (const [name, mutant] of Object.entries(mutants)) {
    test(name, async () => {
      const { images: tried, violations } = await crash({
        images,
        perStep: 12,
        random: seededRandom(2),
        mutant,
      });
      console.log(
        `${name}: ${violations.length} violations in ${tried} crash images, first: ${violations[0]}`,
      );
      expect(violations.length).toBeGreaterThan(0);
      // Its own mark: a signed statement about records that the disk does not have.
      if (name === "checkpoint before data") {
        expect(violations.some((violation) => violation.includes("a checkpoint covers"))).toBe(true);
      }
    });
  }
});
