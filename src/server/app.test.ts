import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "./app.ts";
import { serveDossier } from "./index.ts";

const home = "http://127.0.0.1:4173";
let folder: string;
let committeeDir: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-server-"));
  committeeDir = join(folder, "committee");
  mkdirSync(committeeDir);
  writeFileSync(join(committeeDir, "memo.html"), "<h1>memo</h1>");
  writeFileSync(join(committeeDir, "dossier.json"), "{}");
  writeFileSync(join(committeeDir, "secret.txt"), "rows");
  writeFileSync(join(folder, "rows.parquet"), "rows");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ask(path: string, init: RequestInit = {}, host = "127.0.0.1:4173") {
  const app = createApp({ committeeDir, port: () => 4173 });
  return app.request(new Request(`${home}${path}`, { ...init, headers: { ...init.headers, host } }));
}

test("/ leads to the memo", async () => {
  const response = await ask("/");
  expect(response.status).toBe(302);
  expect(response.headers.get("location")).toBe("/memo.html");
});

test("the memo is sent as it lies on disk, and read again on every request", async () => {
  const response = await ask("/memo.html");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await response.text()).toBe("<h1>memo</h1>");
});

test("the memo with signatures is sent where there is one", async () => {
  expect((await ask("/memo-signed.html")).status).toBe(404);
  writeFileSync(join(committeeDir, "memo-signed.html"), "<h1>signed</h1>");
  expect(await (await ask("/memo-signed.html")).text()).toBe("<h1>signed</h1>");
});

test("/ leads to the memo with signatures where there is one", async () => {
  writeFileSync(join(committeeDir, "memo-signed.html"), "<h1>signed</h1>");
  expect((await ask("/")).headers.get("location")).toBe("/memo-signed.html");
  expect((await ask("/memo.html")).status).toBe(200);
  rmSync(join(committeeDir, "memo-signed.html"));
});

test("/health answers", async () => {
  expect(await (await ask("/health")).json()).toEqual({ status: "ok" });
});

test("HEAD is answered without a body", async () => {
  const response = await ask("/memo.html", { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
});

for (const path of [
  "/report.html",
  "/secret.txt",
  "/../rows.parquet",
  "/%2e%2e%2frows.parquet",
  "/..%5crows.parquet",
  "/memo.html/",
  "/memo.html%00",
  "/committee/memo.html",
  "/__proto__",
]) {
  test(`GET ${path} is 404 as problem+json`, async () => {
    const response = await ask(path);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 404, type: "/problems/not-found" });
  });
}

for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
  test(`${method} is 405 and says what is allowed`, async () => {
    const response = await ask("/memo.html", { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    expect(await response.json()).toMatchObject({ type: "/problems/method-not-allowed" });
  });
}

for (const host of ["localhost:4173", "127.0.0.1:4173", "[::1]:4173"]) {
  test(`Host ${host} is answered`, async () => {
    expect((await ask("/memo.html", {}, host)).status).toBe(200);
  });
}

for (const host of [
  "evil.example",
  "evil.example:4173",
  "localhost",
  "localhost:80",
  "127.0.0.1:4173.evil.example",
  "",
]) {
  test(`Host "${host}" is refused`, async () => {
    const response = await ask("/memo.html", {}, host);
    expect(response.status).toBe(421);
    expect(await response.text()).not.toContain("memo</h1>");
  });
}

for (const path of ["/", "/memo.html", "/nothing"]) {
  test(`${path} carries the security headers`, async () => {
    const { headers } = await ask(path);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).not.toContain("script-src");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });
}

test("over a real socket: answers, takes the next port when one is taken, closes", async () => {
  const first = await serveDossier({ committeeDir, port: 0, attempts: 1 });
  const port = Number(new URL(first.url).port);
  const second = await serveDossier({ committeeDir, port, attempts: 20 });
  expect(second.url).not.toBe(first.url);
  await expect(serveDossier({ committeeDir, port, attempts: 1 })).rejects.toMatchObject({
    code: "port-taken",
  });
  expect(await (await fetch(second.url)).text()).toBe("<h1>memo</h1>");
  expect((await fetch(`http://localhost:${port}/memo.html`)).status).toBe(200);
  await Promise.all([first.close(), second.close()]);
  await expect(fetch(first.url)).rejects.toThrow();
});
