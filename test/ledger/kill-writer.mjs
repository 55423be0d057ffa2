// Appends to the ledger in the folder given until it is killed, and says each receipt once it has it.
import { createPrivateKey } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { openLedger } from "../../dist/ledger/index.js";

const [folder, origin, keyFile] = process.argv.slice(2);
const ledger = await openLedger({
  folder,
  origin,
  key: createPrivateKey(readFileSync(keyFile)),
  kinds: new Map([["note", () => undefined]]),
  clock: () => new Date(),
  segmentBytes: 1_000_000,
});
let count = 0;
const write = async () => {
  for (;;) {
    count += 1;
    const text = "z".repeat((count * 7_919) % 3_000);
    const { index, leaf } = await ledger.append({ type: "note", actor: "writer", body: { text } });
    writeSync(1, `${index} ${leaf}\n`);
  }
};
for (let i = 0; i < 16; i++) void write();
for (;;) {
  await ledger.checkpoint();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
