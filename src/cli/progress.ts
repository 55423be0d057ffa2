import type { Step } from "./evaluation.ts";
import { eraseLine, type Surroundings } from "./surroundings.ts";

export interface Progress {
  readonly step: (step: Step) => void;
  /** Leaves the terminal line empty for what comes next. */
  readonly end: () => void;
}

const msBetweenLines = 2000;

/** One line that is rewritten on a terminal; elsewhere a plain line for each step, or every two seconds within one. */
export function showProgress(
  { stderr, terminalColumns }: Surroundings,
  now: () => number = () => performance.now(),
): Progress {
  if (terminalColumns !== undefined) {
    return {
      // One column stays free: a full line would wrap, and the rest of it would not be erased.
      step: (step) => stderr(`${eraseLine}${text(step).slice(0, terminalColumns - 1)}`),
      end: () => stderr(eraseLine),
    };
  }
  let last: { readonly done: number; readonly at: number } | undefined;
  const step = (next: Step) => {
    const at = now();
    if (last !== undefined && next.done === last.done && at - last.at < msBetweenLines) return;
    last = { done: next.done, at };
    stderr(`probity: ${text(next)}\n`);
  };
  return { step, end: () => {} };
}

function text({ done, of, what }: Step): string {
  return `${String(done).padStart(String(of).length)} of ${of}  ${what}`;
}
