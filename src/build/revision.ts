import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { byCodePoint } from "../problem/order.ts";

/** The stages that decide what a document becomes. */
const stages = ["problem", "codec", "model", "document", "language", "envoy", "build"];

/**
 * Names the behaviour of this program: a hash over its own text, from parser to encoder. What another revision has remembered on disk is not believed,
 * so nobody has to think of a number when a rule changes.
 */
export function programRevision(): string {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const hash = createHash("sha256").update(readFileSync(join(root, "../package.json")));
  for (const stage of stages) {
    const files = readdirSync(join(root, stage), { recursive: true, encoding: "utf8" }).filter(isProgram).sort(byCodePoint);
    for (const file of files) hash.update(`\n${stage}/${file}\n`).update(readFileSync(join(root, stage, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Names what else than the commit decides what a snapshot is: the program, and the settings that have a say (delivery.md 5.1, static settings). */
export function languageRevision(program: string, settings: unknown): string {
  return createHash("sha256")
    .update(`${program}\n${JSON.stringify(settings)}`)
    .digest("hex")
    .slice(0, 16);
}

function isProgram(file: string): boolean {
  return /\.[jt]s$/.test(file) && !/\.(?:test|d)\.ts$/.test(file);
}
