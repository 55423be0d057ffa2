import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";

/** Whether this machine can cut a program off from the network; where it cannot, the tests ask for the refusal. */
export const canCutOff = (() => {
  try {
    const mount = ["mount", "-t", "tmpfs", "none", tmpdir()];
    execFileSync("unshare", ["--user", "--map-root-user", "--net", "--mount", ...mount], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** What a test adds to a command line whose subject is the model, not the network. */
export const network: readonly string[] = canCutOff ? [] : ["--allow-network"];
