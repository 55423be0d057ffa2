/** Nodes and weights of a quadrature: ∫ f ≈ Σ weight · f(node). */
export interface Quadrature {
  readonly node: Float64Array;
  readonly weight: Float64Array;
}

/**
 * Gauss–Legendre quadrature with n nodes on [lower, upper]: exact for polynomials of degree 2n − 1.
 *
 * Nodes are the zeros of the Legendre polynomial Pₙ by Newton's method, weights 2/((1 − x²) Pₙ′(x)²).
 *
 * Reference: Abramowitz & Stegun (1964), 25.4.29.
 */
export function gaussLegendre(n: number, [lower, upper]: readonly [number, number]): Quadrature {
  const node = new Float64Array(n);
  const weight = new Float64Array(n);
  const [middle, half] = [(lower + upper) / 2, (upper - lower) / 2];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (n - i - 0.25)) / (n + 0.5));
    let slope = 0;
    for (let step = 1, iteration = 0; Math.abs(step) > 1e-16 && iteration < 20; iteration++) {
      const at = legendre(n, x);
      slope = at.slope;
      step = at.value / slope;
      x -= step;
    }
    node[i] = middle + half * x;
    weight[i] = (2 * half) / ((1 - x * x) * slope * slope);
  }
  return { node, weight };
}

/** Pₙ(x) and its derivative, by the recurrence k Pₖ = (2k − 1) x Pₖ₋₁ − (k − 1) Pₖ₋₂. */
function legendre(n: number, x: number): { readonly value: number; readonly slope: number } {
  let before = 1;
  let value = x;
  for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, slope: (n * (x * value - before)) / (x * x - 1) };
}
