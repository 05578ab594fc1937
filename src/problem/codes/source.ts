import type { CodeEntry } from "../codes.ts";

/** Findings about a source as a whole, and about files that are refused whatever they say. */
export const sourceCodes = {
  "source/unreachable": { severity: "error", effect: "held-back", meaning: "The repository cannot be read; its last commit stays." },
  "source/ref-missing": {
    severity: "error",
    effect: "held-back",
    meaning: "The repository has no such branch or ref; the last commit stays.",
  },
  "source/empty": {
    severity: "error",
    effect: "held-back",
    meaning: "The repository has no commit, or its tree is empty; it is never read as no configuration.",
  },
  "source/rewritten": {
    severity: "error",
    effect: "held-back",
    meaning: "The branch was rewritten or moved back, or the tag moved, which `history.onRewrite` does not allow; the last commit stays.",
  },
  "source/object-format": {
    severity: "error",
    effect: "held-back",
    meaning: "The repository uses SHA-256 object ids, which are not supported.",
  },
  "source/needs-native-git": {
    severity: "error",
    effect: "held-back",
    meaning: "Alternates and linked worktrees need a git of version 2.36 or newer on the machine, reftable one of 2.45.",
  },
  "source/held": {
    severity: "error",
    effect: "held-back",
    meaning:
      "A document that protects others cannot be used in any version, or the fleet demands that all documents are valid: the source is read at an older commit.",
  },
  "source/limit": {
    severity: "error",
    effect: "held-back",
    meaning:
      "The source holds more than one may: paths of 32 names, 100,000 entries in a directory, 1,000,000 files and directories, 50,000 selected files, or 256 MiB in them. Its last commit stays.",
  },
  "source/gitlink": {
    severity: "warning",
    effect: "left-out",
    meaning: "Submodules are not followed; make the repository a source of its own.",
  },
  "source/symlink": { severity: "error", effect: "left-out", meaning: "Symbolic links are never resolved." },
  "source/lfs-pointer": { severity: "error", effect: "left-out", meaning: "The content is not in git but in Git LFS." },
  "source/bad-name": {
    severity: "error",
    effect: "left-out",
    meaning: "The path holds a name that is not valid UTF-8, too long, or reserved.",
  },
} as const satisfies Record<string, CodeEntry>;
