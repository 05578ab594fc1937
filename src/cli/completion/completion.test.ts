import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";

const script = async (shell: string) => (await cli(["completion", shell])).stdout;

describe("bash completes", () => {
  let text: string;
  beforeAll(async () => {
    text = await script("bash");
  });

  /** What bash offers for the last of these words. */
  function offered(...words: readonly string[]): string[] {
    const run = `${text}\nCOMP_WORDS=(portolan ${words.map((word) => `'${word}'`).join(" ")})\nCOMP_CWORD=${words.length}\n_portolan\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync("bash", ["--norc", "-c", run], { encoding: "utf8", cwd: "/" })
      .split("\n")
      .filter((line) => line !== "");
  }

  test.each<[readonly string[], readonly string[]]>([
    [["val"], ["validate"]],
    [["ver"], ["version"]],
    [["validate", "--str"], ["--strict"]],
    [["validate", "-o", "sa"], ["sarif"]],
    [["-o", "json", "validate", "--max"], ["--max-problems"]],
    [
      ["diff", "--level", ""],
      ["routes", "resources", "patch"],
    ],
    [["diff", "main..HEAD", "--fl"], ["--fleet"]],
    [["cert", "is"], ["issue"]],
    [["cert", "issue", "--dn"], ["--dns"]],
    [["completion", "z"], ["zsh"]],
    [["diff", "--help"], ["--help"]],
    [["nosuch", "--out"], ["--output"]],
  ])("%j", (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  test("files where there may be one", () => {
    expect(offered("validate", "/et")).toEqual(["/etc"]);
    expect(offered("validate", "--config", "/et")).toEqual(["/etc"]);
  });
});

test("zsh and fish have every command and flag, with what they do", async () => {
  const [zsh, fish] = [await script("zsh"), await script("fish")];
  expect(zsh.startsWith("#compdef portolan\n")).toBe(true);
  expect(zsh).toContain("'diff:show what a change does to traffic'");
  expect(zsh).toContain("'--level[what is compared]:value:(routes resources patch)'");
  expect(zsh).toContain("_portolan_cert_issue() {");
  expect(zsh).toContain("'1:value:(bash zsh fish)'");
  expect(fish).toContain("complete -c portolan -f -n 'not __fish_seen_subcommand_from init import validate");
  expect(fish).toContain("-a diff -d 'show what a change does to traffic'");
  expect(fish).toContain(
    "complete -c portolan -n '__fish_seen_subcommand_from diff' -l level -x -a 'routes resources patch' -d 'what is compared'",
  );
});

test("another shell is a mistake of usage", async () => {
  const { code, stderr } = await cli(["completion", "tcsh"]);
  expect(stderr).toContain("Allowed choices are bash, zsh, fish");
  expect(code).toBe(2);
});
