import { defineConfig } from "vitest/config";

/** `--mode shared` and `--mode more` run those folders alone; without a mode, everything a bare machine can. */
export default defineConfig(({ mode }) => {
  const builds = ["test/set-up/build.ts"];
  const properties = ["test/set-up/properties.ts"];
  // Time limits are against hanging only: a busy machine may take several times as long as a quiet one.
  const ordinary = [
    {
      name: "unit",
      include: ["src/**/*.test.ts"],
      // These start dist/ or its child process.
      exclude: ["src/{data,assess,cli,work}/**"],
      setupFiles: properties,
      testTimeout: 300_000,
    },
    {
      name: "built",
      include: ["src/{data,assess,cli,work}/**/*.test.ts", "test/**/*.test.ts"],
      exclude: ["test/{shared,more,browser}/**"],
      setupFiles: properties,
      globalSetup: builds,
      testTimeout: 300_000,
      hookTimeout: 300_000,
    },
    {
      name: "browser",
      include: ["test/browser/**/*.test.ts"],
      globalSetup: [...builds, "test/set-up/browser.ts"],
      testTimeout: 300_000,
      hookTimeout: 300_000,
    },
  ];
  const special = {
    name: mode,
    include: [`test/${mode}/**/*.test.ts`],
    globalSetup: builds,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  };
  const projects = mode === "shared" || mode === "more" ? [special] : ordinary;
  return {
    test: {
      // A place and time that no expected value may depend on.
      env: { TZ: "UTC" },
      reporters: ["default"],
      projects: projects.map((test) => ({ extends: true as const, test })),
    },
  };
});
