import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { root } from "./source-files.ts";

const text = (path: string) => readFileSync(join(root, path), "utf8");
const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const pages = tracked.filter((path) => path.endsWith(".md"));
const scripts = JSON.parse(text("package.json")) as Record<
  "scripts" | "dependencies" | "devDependencies",
  Readonly<Record<string, string>>
>;

test("every link leads to something", () => {
  const broken = pages.flatMap((page) =>
    [...text(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !target.includes("://") && !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page} -> ${target}`),
  );
  expect(broken).toEqual([]);
});

test("every page is reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    for (const [, target = ""] of text(page).matchAll(/\]\(([^)#\s]+\.md)(?:#[^)]*)?\)/g)) {
      const path = normalize(join(dirname(page), target));
      if (existsSync(join(root, path)) && statSync(join(root, path)).isFile()) reached.add(path);
    }
  }
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

test("every task that a page names is one of package.json", () => {
  const named = pages.flatMap((page) => [...text(page).matchAll(/\bnpm run ([a-z:]+)/g)].map(([, name = ""]) => name));
  expect(named.filter((name) => scripts.scripts[name] === undefined)).toEqual([]);
});

test("every dependency has its reason among the decisions", () => {
  const reasons = pages
    .filter((page) => page.startsWith("docs/decisions/"))
    .map(text)
    .join("\n");
  const all = Object.keys({ ...scripts.dependencies, ...scripts.devDependencies }).filter((name) => !name.startsWith("@types/"));
  expect(all.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
});
