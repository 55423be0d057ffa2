import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { hasCode } from "./file-system.ts";

/** A process, as it can be told from all others. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** When it began, in a form that only equality means something for; empty where the system does not say. */
  readonly began: string;
}

export interface Processes {
  readonly self: ProcessIdentity;
  /** Whether the process has certainly ended. */
  isGone(process: ProcessIdentity): boolean;
}

/** The processes of this machine. Of one on another machine nothing is certain. */
export const machineProcesses: Processes = {
  self: { host: hostname(), pid: process.pid, began: beganAt(process.pid) },
  isGone({ host, pid, began }) {
    if (host !== hostname()) return false;
    try {
      process.kill(pid, 0);
    } catch (error) {
      if (hasCode(error, "ESRCH")) return true;
      // EPERM: there is one, of another user.
      if (!hasCode(error, "EPERM")) throw error;
    }
    // Process ids are used again; the moment of the start is not.
    const now = beganAt(pid);
    return began !== "" && now !== "" && now !== began;
  },
};

/** Linux: id of the boot and start time in ticks after it (proc(5), field 22 of stat). Elsewhere unknown. */
function beganAt(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; the fields after it begin with the third.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${boot}/${fields[19]}`;
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ESRCH") || hasCode(error, "EACCES")) return "";
    throw error;
  }
}
