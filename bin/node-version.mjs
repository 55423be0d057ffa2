import { readFileSync } from "node:fs";

/** Ends the process with a clear message when this Node is older than package.json asks for. Built-ins only. */
export function requireNode(root) {
  const { engines } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  const needed = engines.node.replace(/^>=\s*/, "");
  if (isAtLeast(process.versions.node, needed)) return;
  console.error(`probity: error: Node ${process.versions.node} is too old; needed: ${needed} or newer`);
  console.error(
    "probity: hint: install the current LTS release from https://nodejs.org and run the command again",
  );
  process.exit(2);
}

export function isAtLeast(version, needed) {
  const have = version.split(".").map(Number);
  const want = needed.split(".").map(Number);
  for (let part = 0; part < want.length; part += 1) {
    if ((have[part] || 0) !== want[part]) return (have[part] || 0) > want[part];
  }
  return true;
}
