import { defineConfig } from "vitest/config";
import { ConformanceReporter } from "./test/conformance/conformance-reporter.ts";
import { TallyReporter } from "./test/tally-reporter.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["test/bench/**", "node_modules/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    reporters: ["default", new ConformanceReporter(), new TallyReporter()],
  },
});
