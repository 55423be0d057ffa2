/** Of every random draw, where nobody names another. */
export const defaultSeed = 20_260_101;
