import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build-program.ts"],
    // Two cores; the stories start servers and Wine, so they get room.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
