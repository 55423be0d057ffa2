import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Problem } from "../evidence/problem.ts";
import { createApp } from "./app.ts";

export interface ServeOptions {
  readonly committeeDir: string;
  /** Tried first. */
  readonly port: number;
  /** How many ports from `port` on may be tried; 1 takes that one or none. */
  readonly attempts: number;
}

export interface RunningServer {
  readonly url: string;
  /** Takes no further request, lets those under way end, and cuts them after a second. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 and on no other address. Throws a Problem when every port tried is taken. */
export async function serveDossier({ committeeDir, port, attempts }: ServeOptions): Promise<RunningServer> {
  let bound = port;
  const app = createApp({ committeeDir, port: () => bound });
  const server = createServer(getRequestListener(app.fetch));
  bound = await listenOnFirstFree(server, port, attempts);
  return { url: `http://127.0.0.1:${bound}/`, close: () => close(server) };
}

async function listenOnFirstFree(server: Server, first: number, attempts: number): Promise<number> {
  const last = Math.min(first + attempts - 1, 65_535);
  for (let port = first; port <= last; port += 1) {
    try {
      return await listen(server, port);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    }
  }
  throw new Problem("port-taken", `port ${first === last ? first : `${first}–${last}`} cannot be used`, {
    hint: "name another one with --port, or 0 for any that is free",
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), 1000);
  return new Promise((resolve, reject) => {
    server.close((error) => {
      clearTimeout(cut);
      if (error) reject(error);
      else resolve();
    });
    server.closeIdleConnections();
  });
}
