/** Entry of the threads: the functions that they run, by name. */
export { bootstrapDraws, calibrationPieces } from "../assess/reading-pieces.ts";
