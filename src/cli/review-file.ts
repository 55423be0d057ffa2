import { readStudyText } from "../data/index.ts";
import type { SourceFile } from "../evidence/dossier.ts";
import { type ChartReview, type Protocol, parseReviewFile } from "../protocol/index.ts";

/** Larger than a review of every chart of a million patients. */
const maxReviewBytes = 256 * 1024 * 1024;

/** The readings that the protocol names, with their file as one of the study's sources. */
export async function readReview(
  studyDir: string,
  { endpoint }: Protocol,
): Promise<
  { readonly review: ChartReview; readonly source: Pick<SourceFile, "name" | "bytes" | "sha256"> } | undefined
> {
  const name = endpoint.labelReview?.file;
  if (name === undefined) return undefined;
  const { text, bytes, sha256 } = await readStudyText(studyDir, name, { maxBytes: maxReviewBytes });
  return { review: parseReviewFile(text, name), source: { name, bytes, sha256 } };
}
