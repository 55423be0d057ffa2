#!/usr/bin/env node
import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { requireNode } from "./node-version.mjs";

const root = new URL("../", import.meta.url);
requireNode(root);
// A loop over a million rows is compiled when it is found to be long, and not once a processor has time to.
setFlagsFromString("--no-concurrent-osr");
// A checkout has its sources: bring packages and dist/ up to date first. An installed package just runs.
if (existsSync(new URL("src/", root))) {
  const { ensureInstalled } = await import("../scripts/install.mjs");
  const { ensureBuiltOrExit } = await import("../scripts/build.mjs");
  await ensureInstalled(root);
  await ensureBuiltOrExit(root);
}
const { main } = await import(new URL("dist/program/main.js", root));
process.exitCode = await main(process.argv.slice(2));
