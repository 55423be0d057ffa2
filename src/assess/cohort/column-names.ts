/** Names of our own beside the study's columns; each has a space, which no name in a protocol can have. */
export const eventColumn = "endpoint event";
export const outputColumn = (output: string): string => `predicted ${output}`;
export const sliceColumn = (name: string): string => `slice ${name}`;
export const criterionColumn = (index: number): string => `criterion ${index}`;
/** Made by the store; no column of a study bears it. */
export const predictionLine = "prediction_line";
