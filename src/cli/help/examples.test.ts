import { expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";
import { commandEntries } from "../commands.ts";
import { examples } from "./examples.ts";

test.each(commandEntries.map(({ name, summary }) => [name, summary]))(
  "help on %s shows what it does and examples first",
  async (name, summary) => {
    const { code, stdout } = await cli(["help", name]);
    expect(stdout.startsWith(`${summary}\n\nExamples:\n  `)).toBe(true);
    expect(stdout.indexOf("Usage: portolan ")).toBeGreaterThan(stdout.indexOf("Examples:"));
    expect(code).toBe(0);
  },
);

test.each(commandEntries.map(({ name }) => name))("examples of %s take only what there is", async (name) => {
  const { stdout } = await cli(["help", name]);
  const below = await Promise.all(
    [...stdout.matchAll(/^ {2}([a-z-]+) (?:\[options\]|<)/gm)].map(([, one = ""]) => cli([name, one, "--help"])),
  );
  const known = [stdout, ...below.map((one) => one.stdout)].join("");
  for (const [text] of examples[name] ?? []) {
    const own = text.split(/[|>&]+|\$\(.*?\)/).filter((part) => part.trim().startsWith("portolan "));
    expect(own.length).toBeGreaterThan(0);
    for (const part of own) {
      expect(part.trim().split(" ")[1]).toBe(name);
      for (const [flag] of part.matchAll(/(?<= )--?[a-z][a-z-]*/g)) expect(known).toMatch(new RegExp(`^ {2}.*${flag}[ ,]`, "m"));
    }
  }
});

test("each flag is one line, and no line is too long to read", async () => {
  for (const { name } of commandEntries) {
    const { stdout } = await cli(["help", name]);
    const options = stdout.slice(stdout.indexOf("\nOptions:"), stdout.indexOf("\nGlobal Options:")).split("\n").slice(2);
    for (const line of options.filter((one) => one !== "")) {
      expect(line).toMatch(/^ {2}(?:-\w, )?--[a-z-]+/);
      expect(line.length).toBeLessThanOrEqual(160);
    }
  }
});

test("the list of commands comes in groups, with what each does", async () => {
  const { stdout } = await cli(["--help"]);
  const groups = [...stdout.matchAll(/^([A-Z].*):$/gm)].map(([, group]) => group);
  expect(groups).toEqual([
    "Examples",
    "Options",
    "Write and check routes",
    "Run proxies and the control plane",
    "Watch and steer",
    "About portolan",
  ]);
  const lines = stdout.split("\n").map((line) => line.replace(/ {2,}/g, "  "));
  for (const { name, summary } of commandEntries) expect(lines).toContain(`  ${name}  ${summary}`);
});
