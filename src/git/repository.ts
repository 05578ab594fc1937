import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { git } from "./native.ts";
import type { Oid } from "./object.ts";

/** A repository on this machine, as its files say. */
export interface LocalRepository {
  /** Where `HEAD` is. */
  readonly gitDir: string;
  /** Where `refs` and `objects` are; another directory in a linked worktree. */
  readonly commonDir: string;
  /** What only native git reads. */
  readonly needsNative: "alternates" | "linked worktree" | "reftable" | undefined;
  readonly objectFormat: "sha1" | "sha256";
}

/** Finds the repository at a path: bare, a clone, or a linked worktree. `undefined` if there is none. */
export function findRepository(path: string): LocalRepository | undefined {
  const gitDir = gitDirectory(path);
  if (gitDir === undefined) return undefined;
  const commonFile = join(gitDir, "commondir");
  const commonDir = existsSync(commonFile) ? resolve(gitDir, readFileSync(commonFile, "utf8").trim()) : gitDir;
  const config = readIfThere(join(commonDir, "config"));
  return {
    gitDir,
    commonDir,
    needsNative: existsSync(join(commonDir, "objects", "info", "alternates"))
      ? "alternates"
      : commonDir !== gitDir
        ? "linked worktree"
        : /^\s*refstorage\s*=\s*reftable/im.test(config)
          ? "reftable"
          : undefined,
    objectFormat: /^\s*objectformat\s*=\s*sha256/im.test(config) ? "sha256" : "sha1",
  };
}

function gitDirectory(path: string): string | undefined {
  for (const candidate of [join(path, ".git"), path]) {
    if (!existsSync(candidate)) continue;
    if (statSync(candidate).isFile()) {
      const target = /^gitdir: (.*)$/m.exec(readFileSync(candidate, "utf8"))?.[1]?.trim();
      if (target === undefined) return undefined;
      return isAbsolute(target) ? target : resolve(dirname(candidate), target);
    }
    if (existsSync(join(candidate, "HEAD")) && existsSync(join(candidate, "objects"))) return candidate;
  }
  return undefined;
}

const oidForm = /^[0-9a-f]{40}$/;

/** The object id that a full ref name (or `HEAD`) leads to; `undefined` if there is no such ref. */
export async function resolveRef(repository: LocalRepository, ref: string): Promise<Oid | undefined> {
  if (repository.needsNative !== undefined) {
    const found = await git(repository.gitDir, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`).catch(() => "");
    return oidForm.test(found.trim()) ? found.trim() : undefined;
  }
  let name = ref;
  for (let step = 0; step < 6; step++) {
    const text = readIfThere(join(repository.commonDir, name)).trim();
    if (oidForm.test(text)) return text;
    if (!text.startsWith("ref: ")) return packedRef(repository, name);
    name = text.slice("ref: ".length);
  }
  return undefined;
}

function packedRef({ commonDir }: LocalRepository, name: string): Oid | undefined {
  for (const line of readIfThere(join(commonDir, "packed-refs")).split("\n")) {
    const [oid = "", ref] = line.split(" ");
    if (ref === name && oidForm.test(oid)) return oid;
  }
  return undefined;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
