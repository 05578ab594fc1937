import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "./native.ts";
import { isOid, type Oid } from "./object.ts";
import type { LocalRepository } from "./repository.ts";

/** Symbolic refs that are followed, one from the other. */
const maxSteps = 6;

/** Whether a text is `HEAD` or may be the full name of a ref: `refs/heads/main` (git-check-ref-format(1)). */
export function isRefName(name: string): boolean {
  if (name === "HEAD") return true;
  if (/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/$|\.$/.test(name)) return false;
  const [first, ...parts] = name.split("/");
  return first === "refs" && parts.length > 0 && parts.every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}

/** The object id, of a commit or a tag, that a full ref name or `HEAD` leads to; `undefined` if there is no such ref. Throws git's message if git cannot tell. */
export async function resolveRef(repository: LocalRepository, ref: string): Promise<Oid | undefined> {
  if (repository.needsNative !== undefined) return askGit(repository, ref);
  let name = ref;
  for (let step = 0; step < maxSteps && isRefName(name); step++) {
    const text = readIfThere(join(repository.commonDir, name)).trim();
    if (isOid(text)) return text;
    if (!text.startsWith("ref: ")) return packedRefs(repository).get(name);
    name = text.slice("ref: ".length).trim();
  }
  return undefined;
}

/** Whether there is any ref at all. Throws git's message if git cannot tell. */
export async function hasRefs(repository: LocalRepository): Promise<boolean> {
  if (repository.needsNative !== undefined) return (await git(repository.gitDir, "for-each-ref", "--count=1")) !== "";
  return packedRefs(repository).size > 0 || holdsFile(join(repository.commonDir, "refs"));
}

async function askGit({ gitDir }: LocalRepository, ref: string): Promise<Oid | undefined> {
  if (!isRefName(ref)) return undefined;
  try {
    const found = (await git(gitDir, "rev-parse", "--verify", "--quiet", "--end-of-options", ref)).trim();
    return isOid(found) ? found : undefined;
  } catch (error) {
    // 1 means that there is no such ref; anything else that git cannot read the repository.
    if ((error as { readonly code?: unknown }).code === 1) return undefined;
    throw error;
  }
}

function packedRefs({ commonDir }: LocalRepository): ReadonlyMap<string, Oid> {
  const refs = new Map<string, Oid>();
  for (const line of readIfThere(join(commonDir, "packed-refs")).split("\n")) {
    const [oid = "", name] = line.trim().split(" ");
    if (name !== undefined && isOid(oid)) refs.set(name, oid);
  }
  return refs;
}

function holdsFile(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some(
    (entry) => entry.isFile() || (entry.isDirectory() && holdsFile(join(folder, entry.name))),
  );
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
