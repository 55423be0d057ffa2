const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Clears up where a person or the system ends the process, and lets the signal end it all the same. Returns how to stop
 * listening.
 */
export function clearUpWhenInterrupted(clearUp: () => void): () => void {
  const stop = () => {
    for (const signal of signals) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals) => {
    stop();
    try {
      clearUp();
    } finally {
      process.kill(process.pid, signal);
    }
  };
  for (const signal of signals) process.on(signal, end);
  return stop;
}
