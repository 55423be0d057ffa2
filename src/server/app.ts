import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Context, Hono } from "hono";
import { Problem, toProblemJson } from "../evidence/problem.ts";

/** The only files that are ever sent: a name from a request is compared with these and never becomes a path. */
const types = new Map([
  ["memo.html", "text/html; charset=utf-8"],
  ["memo-signed.html", "text/html; charset=utf-8"],
  ["report.html", "text/html; charset=utf-8"],
  ["dossier.json", "application/json; charset=utf-8"],
]);

/** The pages hold their styles, fonts and pictures themselves and need no script, frame, form or network. */
const securityHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export interface AppOptions {
  /** The `committee` folder of a dossier; read again on every request. */
  readonly committeeDir: string;
  /** The port of the address in use; any other in the Host header is refused. */
  readonly port: () => number;
}

/**
 * Serves the committee's half of a dossier to a browser on this machine.
 *
 * A Host header that does not name this machine is refused, so that a page on the internet cannot read the
 * dossier by pointing its own name here (DNS rebinding).
 */
export function createApp({ committeeDir, port }: AppOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
  });
  app.use(async (context, next) => {
    const host = context.req.header("host") ?? new URL(context.req.url).host;
    if (!isOwnHost(host, port())) return refuse(context, 421, unknownHost(port()));
    if (context.req.method === "GET" || context.req.method === "HEAD") return next();
    context.header("allow", "GET, HEAD");
    return refuse(context, 405, new Problem("method-not-allowed", "only GET and HEAD are answered"));
  });
  app.get("/", (context) => context.redirect(`/${memoToShow(committeeDir)}`, 302));
  app.get("/health", (context) => context.json({ status: "ok" }));
  app.get("/:name", (context) => sendFile(context, committeeDir, context.req.param("name")));
  app.notFound((context) => refuse(context, 404, notHere()));
  app.onError((_error, context) =>
    refuse(context, 500, new Problem("internal-error", "the server failed; nothing was sent")),
  );
  return app;
}

/** The memo with signatures where there is one. */
function memoToShow(committeeDir: string): "memo-signed.html" | "memo.html" {
  return existsSync(join(committeeDir, "memo-signed.html")) ? "memo-signed.html" : "memo.html";
}

async function sendFile(context: Context, folder: string, name: string): Promise<Response> {
  const type = types.get(name);
  if (type === undefined) return refuse(context, 404, notHere());
  try {
    const bytes = await readFile(join(folder, name));
    return context.body(new Uint8Array(bytes), 200, { "content-type": type });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return refuse(context, 404, notHere());
  }
}

function isOwnHost(host: string, port: number): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].some((name) => host === `${name}:${port}`);
}

function unknownHost(port: number): Problem {
  return new Problem("host-not-served", "this server answers to its own address only", {
    hint: `open http://127.0.0.1:${port}/`,
  });
}

function notHere(): Problem {
  return new Problem("not-found", `nothing here; there are ${[...types.keys()].join(", ")}`);
}

/** RFC 9457. */
function refuse(context: Context, status: 404 | 405 | 421 | 500, problem: Problem): Response {
  const body = JSON.stringify({ status, ...toProblemJson(problem) });
  return context.body(body, status, { "content-type": "application/problem+json" });
}
