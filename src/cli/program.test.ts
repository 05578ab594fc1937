import { Option } from "commander";
import { describe, expect, test } from "vitest";
import { cli } from "../../test/support/cli.ts";
import { type CommandEntry, commandGroups } from "./commands.ts";
import type { Register } from "./context.ts";
import { variableOf } from "./environment.ts";
import { Failure } from "./failure.ts";
import { packageVersion } from "./package-version.ts";
import { duration, hostPort, list, wholeNumber } from "./value.ts";

const entry = (name: string, register: Register): CommandEntry => ({
  name,
  summary: "",
  group: commandGroups[0],
  load: async () => register,
});

describe("help and version", () => {
  test("version", async () => {
    expect(await cli(["version"])).toEqual({ code: 0, stdout: `portolan ${packageVersion()}, Node ${process.version}\n`, stderr: "" });
    const json = await cli(["version", "-o", "json"]);
    expect(JSON.parse(json.stdout)).toEqual({ format_version: "1", command: "version", version: packageVersion(), node: process.version });
    expect((await cli(["-o", "yaml", "version"])).stdout).toContain("command: version\n");
  });

  test.each([[["help"]], [["--help"]], [["-h"]]])("%j shows every command on stdout", async (argv) => {
    const { code, stdout, stderr } = await cli(argv);
    expect([code, stderr]).toEqual([0, ""]);
    for (const name of ["init", "validate", "render", "bootstrap", "status", "wait", "version", "help"]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
    }
    expect(stdout).toContain("PORTOLAN_SERVER_URL");
  });

  test("help on a command", async () => {
    const { code, stdout } = await cli(["help", "wait"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: portolan wait [options] <sha>");
    expect(stdout).toContain("--percent");
    expect((await cli(["wait", "--help"])).stdout).toBe(stdout);
  });

  test("help exit-codes", async () => {
    const { stdout } = await cli(["help", "exit-codes"]);
    expect([...stdout.matchAll(/^ +(\d+) /gm)].map(([, code]) => Number(code))).toEqual([0, 1, 2, 3, 4, 5, 70, 130]);
  });
});

describe("usage", () => {
  test.each([
    [[], /Usage: portolan/],
    [["serv"], /unknown command 'serv'/],
    [["status", "--wach"], /unknown option '--wach'\n\(Did you mean --watch\?\)/],
    [["status", "-o", "xml"], /Allowed choices are text, json, yaml/],
    [["wait"], /missing required argument 'sha'/],
    [["wait", "HEAD"], /Expected 7 to 40 lower-case hex digits/],
    [["wait", "abcdef1", "--percent", "0"], /Expected a whole number from 1 to 100/],
    [["wait", "abcdef1", "--timeout", "5"], /Expected a duration/],
    [["bootstrap", "--server", "here"], /Expected host:port/],
    [["help", "serv"], /there is no command serv/],
    [["bootstrap", "--format", "podman"], /Allowed choices are file/],
    [["status", "--server-url", "here"], /expected an http or https URL/],
  ])("%j is exit code 2", async (argv, message) => {
    const { code, stdout, stderr } = await cli(argv);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

describe("variables", () => {
  /** A command that shows its options. */
  const show: Register = (program, { io }) => {
    program
      .command("show")
      .option("--some-name <name>", "", "default")
      .option("--count <n>", "", wholeNumber(1, 9))
      .option("--item <item>", "", list, [])
      .option("--on", "")
      .addOption(new Option("--kind <kind>", "").choices(["a", "b"]))
      .action((options: object) => io.stdout.write(JSON.stringify(options)));
  };
  const shown = async (argv: readonly string[], env: Record<string, string>) =>
    cli(["show", ...argv], { env, commands: [entry("show", show)] });

  test("a flag beats a variable, and that the default", async () => {
    expect((await shown([], {})).stdout).toBe('{"someName":"default","item":[]}');
    const env = { PORTOLAN_SOME_NAME: "variable", PORTOLAN_COUNT: "3", PORTOLAN_ITEM: "x,y", PORTOLAN_ON: "1", PORTOLAN_KIND: "b" };
    const all = { someName: "variable", item: ["x", "y"], count: 3, on: true, kind: "b" };
    expect(JSON.parse((await shown([], env)).stdout)).toEqual(all);
    const flags = await shown(["--some-name", "flag", "--count", "4", "--item", "z"], env);
    expect(JSON.parse(flags.stdout)).toEqual({ ...all, someName: "flag", item: ["z"], count: 4 });
    expect(JSON.parse((await shown([], { PORTOLAN_ON: "0", PORTOLAN_KIND: "" })).stdout)).toEqual({
      someName: "default",
      item: [],
      on: false,
    });
  });

  test.each([
    [{ PORTOLAN_COUNT: "10" }, "the variable PORTOLAN_COUNT has the value '10', which is invalid. Expected a whole number from 1 to 9."],
    [{ PORTOLAN_ON: "maybe" }, "the variable PORTOLAN_ON has the value 'maybe', which is invalid. Expected 1 or 0."],
    [{ PORTOLAN_KIND: "c" }, "Allowed choices are a, b."],
  ])("a bad variable is exit code 2: %j", async (env, message) => {
    const { code, stderr } = await shown([], env);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test("the options of the program have variables, too", async () => {
    expect((await cli(["version"], { env: { PORTOLAN_OUTPUT: "json" } })).stdout).toContain('"command": "version"');
    expect(variableOf(new Option("-w, --watch"))).toBe("PORTOLAN_WATCH");
  });
});

describe("what goes wrong", () => {
  const failing =
    (error: unknown): Register =>
    (program) => {
      program.command("fail").action(() => {
        throw error;
      });
    };

  test("a failure is one line and its code", async () => {
    expect(await cli(["fail"], { commands: [entry("fail", failing(new Failure(5, "the file is there")))] })).toEqual({
      code: 5,
      stdout: "",
      stderr: "error: the file is there\n",
    });
  });

  test("a bug is 70 and says where", async () => {
    const { code, stderr } = await cli(["fail"], { commands: [entry("fail", failing(new TypeError("x is not a function")))] });
    expect(code).toBe(70);
    expect(stderr).toMatch(/^internal error, which is a bug: TypeError: x is not a function\n\s+at /);
  });
});

test.each([
  ["127.0.0.1:80", { host: "127.0.0.1", port: 80 }],
  ["[::1]:18000", { host: "::1", port: 18000 }],
  ["portolan.example.com:1", { host: "portolan.example.com", port: 1 }],
])("the address %s", (text, expected) => {
  expect(hostPort(text)).toEqual(expected);
});

test.each(["", "a", "a:0", "a:65536", "::1:80", "-a:80", "a b:80"])("%j is no host:port", (text) => {
  expect(() => hostPort(text)).toThrow("Expected host:port");
});

test("durations as flags", () => {
  expect(duration("1m30s")).toBe(90_000);
  expect(() => duration("soon")).toThrow("Expected a duration");
});
