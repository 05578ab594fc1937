import type { SourceSettings } from "../../build/protocol.ts";
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
  readonly sources: readonly SourceSettings[];
  /** Where Fleet documents count. */
  readonly control: { readonly source: string; readonly paths: readonly string[] };
  readonly snapshots: { readonly keep: number };
  readonly git: { readonly transport: "auto" | "http" | "native" };
  readonly log: { readonly level: LogLevel };
}

/** How much is logged. */
type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";
