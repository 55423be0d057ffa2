import type { Page, TeamPagesTask } from "./team-pages.ts";

/** Entry of the threads: the functions that they run, by name. */
export { bootstrapDraws, readingPieces, sorted } from "../assess/performance/reading-pieces.ts";

// Loads while the thread has nothing to do: before its first task.
const pages = import("./team-pages.ts");
// What does not load is the answer to who asks for pages.
pages.catch(() => {});

export async function teamPages(task: TeamPagesTask): Promise<readonly Page[]> {
  return (await pages).teamPages(task);
}
