// From a fresh clone to the memo in a browser. Built-ins only until the packages are there.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { requireNode } from "../bin/node-version.mjs";
import { ensureBuiltOrExit } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";

const root = new URL("../", import.meta.url);
requireNode(root);
await ensureInstalled(root);
await ensureBuiltOrExit(root);
const { main } = await import(new URL("dist/program/main.js", root));
const study = relative(process.cwd(), fileURLToPath(new URL("studies/breast-recurrence", root)));
process.exitCode = await main(["serve", study, ...process.argv.slice(2)]);
