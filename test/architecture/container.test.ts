import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ignore from "ignore";
import { expect, test } from "vitest";
import { root } from "./source-files.ts";

const text = (path: string) => readFileSync(join(root, path), "utf8");

/** What the image copies from the checkout. */
const copied = text("Dockerfile")
  .split("\n")
  .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
  .flatMap((line) => line.split(" ").slice(1, -1));

test("what the image copies is there and reaches the build", () => {
  const left = ignore().add(text(".dockerignore"));
  expect(copied.length).toBeGreaterThan(5);
  expect(copied.filter((path) => !existsSync(join(root, path)) || left.ignores(path))).toEqual([]);
});

test("nothing else reaches the build", () => {
  const left = ignore().add(text(".dockerignore"));
  for (const path of ["node_modules/x", ".git/HEAD", ".cache/envoy/envoy", "src/xds/step.test.ts", "test/e2e/story.test.ts", "dist/x.js"]) {
    expect(left.ignores(path), path).toBe(true);
  }
});

test("the image runs with the Node that the checkout pins", () => {
  const { devDependencies } = JSON.parse(text("package.json")) as { devDependencies: { node: string } };
  const images = [...`${text("Dockerfile")}\n${text("docker-compose.yml")}`.matchAll(/node:(\S+)/g)].map(([, tag]) => tag);
  expect(new Set(images)).toEqual(new Set([`${devDependencies.node.split(".")[0]}-slim`, "node"]));
});
