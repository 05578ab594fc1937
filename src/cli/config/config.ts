import type { AccessSettings } from "../../api/access.ts";
import type { SourceSettings } from "../../build/protocol.ts";
import type { SecretServer } from "../../model/secret.ts";
import type { Problem } from "../../problem/problem.ts";
import type { TlsFiles } from "../../xds/grpc/tls-files.ts";
import type { Limits } from "../../xds/limits.ts";
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
  readonly listen: { readonly xds: XdsListen; readonly api: ListenAddress; readonly grpc: ListenAddress };
  /** What clients of the xDS port may ask. */
  readonly limits: Limits;
  /** At least one; with unique names. */
  readonly sources: readonly SourceSettings[];
  /** Where Fleet documents count. */
  readonly control: { readonly source: string; readonly paths: readonly string[] };
  readonly secrets: {
    /** Where secrets are kept, in the order in which they are asked. */
    readonly providers: readonly SecretProviderConfig[];
    /** Who is asked for secrets by the proxies themselves; then there are no providers. */
    readonly server?: SecretServer;
    /** Whether Secrets that are committed in the clear are served, after all providers; only in development. */
    readonly allowPlaintext: boolean;
  };
  /** Who may read and change what by the API and the query service. */
  readonly auth: AccessSettings;
  /** Whether operators must say why they change something. */
  readonly audit: { readonly requireReason: boolean };
  readonly snapshots: { readonly keep: number };
  readonly git: { readonly transport: "auto" | "http" | "native" };
  readonly log: { readonly level: LogLevel };
  /** What is wrong with it although it is used; shown as long as it is. */
  readonly problems: readonly Problem[];
}

/** Where and how Envoys connect. */
export interface XdsListen extends ListenAddress {
  /** Absolute path of a Unix socket that is served too. */
  readonly unix?: string;
  /** It was said that the port may be reached from other machines although nobody proves who he is. */
  readonly insecure: boolean;
  /** Milliseconds over which streams end when the server stops. */
  readonly drainMs: number;
  /** Absolute paths of certificates; absent: plaintext. */
  readonly tls?: TlsFiles;
}

/** A provider of secrets; `path` is absolute. */
export type SecretProviderConfig =
  | { readonly name: string; readonly type: "directory"; readonly path: string }
  | { readonly name: string; readonly type: "environment"; readonly prefix: string };

/** How much is logged. */
type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";
