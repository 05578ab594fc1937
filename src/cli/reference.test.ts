import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cli } from "../../test/support/cli.ts";
import { FakeView } from "../../test/support/fake-view.ts";
import { apiApp } from "../api/app.ts";
import { Metrics } from "../api/metrics.ts";
import { serverSchema } from "./config/schema.ts";
import { exitCodeMeanings } from "./exit-code.ts";

const reference = (name: string) => readFileSync(new URL(`../../docs/reference/${name}.md`, import.meta.url), "utf8");

/** The part of a page below the heading. */
function section(page: string, heading: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
}

describe("the reference of the command line has", () => {
  const page = reference("cli");

  test.each([
    "init",
    "import",
    "validate",
    "diff",
    "explain",
    "test",
    "render",
    "compare",
    "kinds",
    "bootstrap",
    "status",
    "wait",
    "doctor",
  ])("every flag of %s", async (command) => {
    const { stdout } = await cli(["help", command]);
    const options = stdout.slice(stdout.indexOf("\nOptions:"), stdout.indexOf("\nGlobal Options:"));
    const flags = [...options.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag).filter((flag) => flag !== "--help");
    expect(flags.length).toBeGreaterThan(0);
    for (const flag of flags) expect(section(page, command)).toContain(`\`${flag}`);
  });

  test.each(["init-ca", "issue"])("every flag of cert %s", async (command) => {
    const { stdout } = await cli(["cert", command, "--help"]);
    const flags = [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag]) => flag);
    expect(flags.length).toBeGreaterThan(2);
    for (const flag of flags.slice(0, flags.indexOf("--help"))) expect(section(page, "cert")).toContain(`\`${flag}`);
  });

  test.each(["pin", "unpin", "rollback", "hold", "resume"])("every flag of %s", async (command) => {
    const { stdout } = await cli(["help", command]);
    const options = stdout.slice(stdout.indexOf("\nOptions:"), stdout.indexOf("\nGlobal Options:"));
    const flags = [...options.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag]) => flag);
    expect(flags.length).toBeGreaterThan(4);
    for (const flag of flags) expect(section(page, "pin")).toContain(`\`${flag}`);
  });

  test("every exit code", () => {
    for (const [code] of exitCodeMeanings) expect(section(page, "Exit codes")).toContain(`| ${code} |`);
  });
});

test("the reference of the configuration has every field that is served", () => {
  const page = reference("configuration");
  const values = { apiVersion: "portolan.dev/v1alpha1", kind: "Server", sources: [{ name: "a", path: "b", branch: "c" }] };
  const { apiVersion: _, kind: __, ...fields } = serverSchema.parse(values);
  for (const [group, value] of Object.entries(fields)) {
    const names = Object.keys(Array.isArray(value) ? value[0] : value);
    const prefix = Array.isArray(value) ? `${group}[]` : group;
    for (const name of names) expect(page).toContain(`\`${prefix}.${name}`);
  }
});

test("the reference of the metrics has all of them and no other", async () => {
  const metrics = new Metrics();
  const text = await metrics.text(new FakeView(), { measure: () => [], held: () => 0 });
  metrics.close();
  const made = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => `${name} ${kind}`);
  const told = [...reference("metrics").matchAll(/^\| `(portolan_\w+)` \| (\w+) /gm)].map(([, name, kind]) => `${name} ${kind}`);
  expect(told.sort()).toEqual(made.sort());
});

test("the reference of the API has every path", () => {
  const page = reference("api");
  const app = apiApp(new FakeView(), { hostNames: [], closing: new AbortController().signal, onError: () => {} });
  const paths = new Set(app.routes.filter(({ method }) => method === "GET").map(({ path }) => path.replace("/api/v1alpha1", "")));
  expect(paths.size).toBeGreaterThan(12);
  for (const path of paths) expect(page).toContain(`\`${path.replace(/:(\w+)/g, "{$1}")}`);
});
