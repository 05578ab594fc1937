import type { ListenAddress } from "./address.ts";

/** `portolan.yaml`, checked and with its defaults: delivery.md 10.1, as far as it is served. */
export interface ServerConfig {
  readonly server: {
    /** DNS label that names this server. */
    readonly instance: string;
    /** Absolute path. */
    readonly dataDir: string;
    /** URL under which the API is reached from outside. */
    readonly publicUrl?: string;
    readonly development: boolean;
  };
  readonly listen: { readonly xds: ListenAddress; readonly api: ListenAddress; readonly grpc: ListenAddress };
  /** At least one; with unique names. */
  readonly sources: readonly SourceConfig[];
  /** Where Fleet documents count. */
  readonly control: { readonly source: string; readonly paths: readonly string[] };
  readonly snapshots: { readonly keep: number };
  readonly git: { readonly transport: "auto" | "http" | "native" };
  readonly log: { readonly level: LogLevel };
}

/** One source: a repository on this machine. */
export interface SourceConfig {
  readonly name: string;
  /** Absolute path of a bare repository or a clone. */
  readonly path: string;
  /** Short name of a branch; exactly one of `branch` and `ref` is there, or neither with `worktree`. */
  readonly branch?: string;
  /** Full name of a ref: `refs/…`. */
  readonly ref?: string;
  /** Read the files on disk instead of a commit. */
  readonly worktree: boolean;
  /** Milliseconds between polls. */
  readonly intervalMs: number;
  /** Globs, relative to the root of the repository. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** How much is logged. */
type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";
