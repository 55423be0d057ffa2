import { rmSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { Problem } from "../evidence/problem.ts";
import type { Call, Reply } from "./calls.ts";
import type { Session } from "./session.ts";
import type { ColumnsRequest, CsvRequest, Store } from "./store.ts";
import { Assembler, type Frame, Outgoing, type TypedArray } from "./wire.ts";

/**
 * Entry of the child process: answers the parent's calls one after the other and ends with the parent. A profile only
 * waits for the tables, and nothing for a profile.
 */
const assembler = new Assembler();
// As bin/probity.mjs asks of its own process.
setFlagsFromString("--no-concurrent-osr");
// Before anybody asks. An engine that does not load is the answer to `open`, and not a silent end.
const loading = import("./session.ts");
loading.catch(() => {});
let session: Session | undefined;
let turn: Promise<void> = Promise.resolve();
/** When every call so far that makes a table is answered. */
let tables: Promise<void> = Promise.resolve();
const makesTable = new Set<Call["method"]>(["open", "loadCsv", "attrition", "matchPredictions"]);

process.on("message", (frame: Frame) => {
  const message = assembler.accept(frame);
  if (message === undefined) return;
  const call = message.body as Call;
  if (call.method === "loadCsv") session?.expect(call.request as CsvRequest);
  const isBeside = call.method === "profile";
  const done = (isBeside ? tables : turn).then(async () => {
    const outgoing = new Outgoing(message.id);
    const send = (frames: Iterable<Frame>) => {
      for (const out of frames) process.send!(out);
    };
    // Columns leave while the engine makes the rest of them.
    send(outgoing.whole(await answer(call, (array, made) => send(outgoing.ahead(array, made)))));
  });
  if (!isBeside) turn = done;
  if (makesTable.has(call.method)) tables = done;
});

process.on("disconnect", () => {
  // The parent made this folder for this process alone.
  rmSync(process.cwd(), { recursive: true, force: true });
  // Not exit(): that waits for a running query.
  process.kill(process.pid, "SIGKILL");
});

type Ahead = (array: TypedArray, made: number) => void;

async function answer(call: Call, ahead: Ahead): Promise<Reply> {
  try {
    return { value: await perform(call, ahead) };
  } catch (error) {
    if (error instanceof Problem) {
      const { where, hint, others } = error.detail;
      const place = { ...(where === undefined ? {} : { where }), ...(hint === undefined ? {} : { hint }) };
      return {
        problem: {
          code: error.code,
          message: error.message,
          ...place,
          ...(others === undefined ? {} : { others }),
        },
      };
    }
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    return { error: { message, stack } };
  }
}

async function perform(call: Call, ahead: Ahead): Promise<unknown> {
  if (call.method === "open") {
    const { Session } = await loading;
    session = await Session.open(call.options);
    return undefined;
  }
  if (call.method === "runView") {
    const { runView } = await import("./views/run-view.ts");
    return runView(call.request);
  }
  if (call.method === "findDuplicates") {
    const { findDuplicates } = await import("./intake/find-duplicates.ts");
    return findDuplicates(call.request);
  }
  if (session === undefined) throw new Error("the store is not open");
  if (call.method === "columns") return session.columns(call.request as ColumnsRequest, ahead);
  const method = session[call.method] as (request: unknown) => ReturnType<Store[keyof Store]>;
  return method.call(session, call.request);
}
