import type { Register } from "./context.ts";

/** A command as the list of all commands has it; the rest of it is loaded when it is run, or its help is asked for. */
export interface CommandEntry {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  readonly group: (typeof commandGroups)[number];
  load(): Promise<Register>;
}

/** Headings of the list of commands, in their order. */
export const commandGroups = [
  "Write and check routes:",
  "Run proxies and the control plane:",
  "Watch and steer:",
  "About portolan:",
] as const;

const [write, run, watch, about] = commandGroups;

/** The commands of this stage. */
export const commandEntries: readonly CommandEntry[] = [
  {
    name: "init",
    summary: "write a repository with a route that works",
    group: write,
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  {
    name: "import",
    summary: "write the objects of a Kubernetes cluster as files",
    group: write,
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  {
    name: "validate",
    summary: "check files as the server would",
    group: write,
    load: async () => (await import("./commands/validate.ts")).validateCommand,
  },
  {
    name: "diff",
    summary: "show what a change does to traffic",
    group: write,
    load: async () => (await import("./commands/diff.ts")).diffCommand,
  },
  {
    name: "explain",
    summary: "show where a request goes and why, or what a document becomes",
    group: write,
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  {
    name: "test",
    summary: "run the RouteTests of files",
    group: write,
    load: async () => (await import("./commands/test.ts")).testCommand,
  },
  {
    name: "render",
    summary: "show the Envoy resources that files become",
    group: write,
    load: async () => (await import("./commands/render.ts")).renderCommand,
  },
  {
    name: "compare",
    summary: "compare the routes of files with those of another Envoy",
    group: write,
    load: async () => (await import("./commands/compare.ts")).compareCommand,
  },
  {
    name: "kinds",
    summary: "list the kinds of documents, or the fields of one",
    group: write,
    load: async () => (await import("./commands/kinds.ts")).kindsCommand,
  },
  {
    name: "bootstrap",
    summary: "show the configuration that an Envoy is started with",
    group: run,
    load: async () => (await import("./commands/bootstrap.ts")).bootstrapCommand,
  },
  {
    name: "cert",
    summary: "make certificates for a small fleet",
    group: run,
    load: async () => (await import("./commands/cert.ts")).certCommand,
  },
  {
    name: "status",
    summary: "show sources, fleets, and the commit that each node has accepted",
    group: watch,
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    name: "history",
    summary: "show snapshots: who wrote them, what they changed, which nodes have them, and how they ended",
    group: watch,
    load: async () => (await import("./commands/history.ts")).historyCommand,
  },
  {
    name: "wait",
    summary: "wait until nodes have accepted a commit",
    group: watch,
    load: async () => (await import("./commands/wait.ts")).waitCommand,
  },
  {
    name: "pin",
    summary: "serve a fleet the snapshot of a commit, whatever is committed",
    group: watch,
    load: async () => (await import("./commands/control.ts")).controlCommand("pin"),
  },
  {
    name: "unpin",
    summary: "let a pinned fleet follow its source again",
    group: watch,
    load: async () => (await import("./commands/control.ts")).controlCommand("unpin"),
  },
  {
    name: "rollback",
    summary: "pin a fleet to what it had before",
    group: watch,
    load: async () => (await import("./commands/control.ts")).controlCommand("rollback"),
  },
  {
    name: "hold",
    summary: "deliver no new commit",
    group: watch,
    load: async () => (await import("./commands/control.ts")).controlCommand("hold"),
  },
  {
    name: "resume",
    summary: "deliver the newest commit, and those that come",
    group: watch,
    load: async () => (await import("./commands/control.ts")).controlCommand("resume"),
  },
  {
    name: "doctor",
    summary: "look for what is wrong with an Envoy",
    group: watch,
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "completion",
    summary: "write the completion of a shell",
    group: about,
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
  {
    name: "version",
    summary: "show the version",
    group: about,
    load: async () => (await import("./commands/version.ts")).versionCommand,
  },
  {
    name: "help",
    summary: "show help on a command, or exit-codes",
    group: about,
    load: async () => (await import("./commands/help.ts")).helpCommand,
  },
];
