import { assertFinite } from "./assert.ts";

/** How many values of two samples are at or below each distinct value of either. */
export interface PooledSteps {
  readonly value: Float64Array;
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

/** Values are compared exactly. One that is not finite is a ContractError. */
export function pooledSteps(first: Float64Array, second: Float64Array): PooledSteps {
  assertFinite({ first, second });
  const [a, b] = [first.toSorted(), second.toSorted()];
  const value = new Float64Array(a.length + b.length);
  const counts = { first: new Uint32Array(value.length), second: new Uint32Array(value.length) };
  let nSteps = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; nSteps++) {
    const at = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    while (a[i] === at) i++;
    while (b[j] === at) j++;
    value[nSteps] = at;
    counts.first[nSteps] = i;
    counts.second[nSteps] = j;
  }
  return {
    value: value.slice(0, nSteps),
    first: counts.first.slice(0, nSteps),
    second: counts.second.slice(0, nSteps),
  };
}
