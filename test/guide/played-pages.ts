/** The pages whose commands are run, from an empty directory; what stands below a command is what it has printed. */
export const playedPages = ["docs/guide/getting-started.md", "docs/guide/a-change-from-pull-request-to-production.md"] as const;
