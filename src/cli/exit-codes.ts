export const exitCodes = { done: 0, answerIsNo: 1, userCanFix: 2, ourBug: 70 } as const;

/** A verb hands its exit code back through this. */
export type Finish = (exitCode: number) => void;
