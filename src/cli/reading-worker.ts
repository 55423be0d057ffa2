/** Entry of the threads: the functions that they run, by name. */
export { bootstrapDraws, readingPieces, sharedOrder } from "../assess/reading-pieces.ts";
