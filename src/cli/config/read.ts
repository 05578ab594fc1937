import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import type { z } from "zod";
import type { AccessSettings } from "../../api/access.ts";
import type { SourceSettings } from "../../build/protocol.ts";
import { locate } from "../../document/locate.ts";
import { parseFile } from "../../document/parse.ts";
import { defaultExclude, defaultInclude } from "../../document/selection.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Finding } from "../../problem/finding.ts";
import { byCodePoint, sortProblems } from "../../problem/order.ts";
import type { Problem } from "../../problem/problem.ts";
import type { ListenAddress } from "./address.ts";
import type { SecretProviderConfig, ServerConfig, XdsListen } from "./config.ts";
import { findingsOf, wrong } from "./issues.ts";
import { ruleFindings } from "./rules.ts";
import { type ServerFields, serverSchema } from "./schema.ts";
import { xdsLimits } from "./xds-limits.ts";

/** What a configuration file says, and everything that is wrong with it. `config` is there unless a problem is an error. */
export interface ConfigReading {
  readonly config?: ServerConfig;
  readonly problems: readonly Problem[];
}

/** Reads `portolan.yaml`. `path` is where the text stands, absolute; relative paths in it start there. All mistakes are told at once. */
export function readConfig(text: string, path: string, shownPath = path): ConfigReading {
  const bytes = new TextEncoder().encode(text);
  const parsed = parseFile(bytes, new Set(["portolan.dev"]));
  if (parsed.unreadable !== undefined) {
    const { line, column, ...found } = parsed.unreadable;
    return {
      problems: [problem({ ...found, severity: "error" }, shownPath, line === undefined ? undefined : { line, column: column ?? 1 })],
    };
  }
  const [document] = parsed.documents;
  const findings = document === undefined ? [noDocument] : documentFindings(document.value, document.findings);
  if (parsed.documents.length + parsed.ignored > 1) findings.push(wrong("document/duplicate", "", "the file holds more than one document"));
  const problems = sortProblems(
    findings.map((found) => problem(found, shownPath, locate(bytes, document?.index ?? 0, found.pointer, found.on))),
  );
  if (document === undefined || problems.some(({ severity }) => severity === "error")) return { problems };
  return { config: { ...configOf(serverSchema.parse(document.value), dirname(path)), problems }, problems };
}

const noDocument = wrong(
  "document/missing-field",
  "",
  "the file is not a configuration: apiVersion portolan.dev/v1alpha1 and kind Server are missing",
  {
    fix: "begin the file with apiVersion: portolan.dev/v1alpha1 and kind: Server",
  },
);

function documentFindings(value: JsonObject, found: readonly Finding[]): Finding[] {
  const checked = serverSchema.safeParse(value);
  const issues = checked.success ? [] : findingsOf(checked.error.issues, value, knownKeys);
  return [...found, ...issues, ...ruleFindings(value)];
}

/** The fields that may stand in the mapping at a path, those of later versions last. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema: z.core.$ZodType | undefined = serverSchema;
  for (const step of path) {
    const inner: z.core.$ZodType | undefined = unwrap(schema);
    schema =
      typeof step === "number" ? (inner as z.ZodArray | undefined)?.element : (inner as z.ZodObject | undefined)?.shape[String(step)];
  }
  return Object.keys((unwrap(schema) as z.ZodObject | undefined)?.shape ?? {}).sort(byCodePoint);
}

/** The schema inside of defaults. */
function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const inner = (schema as { readonly def?: { readonly innerType?: z.core.$ZodType } } | undefined)?.def?.innerType;
  return inner === undefined ? schema : unwrap(inner);
}

function problem(found: Finding, path: string, position: { readonly line: number; readonly column: number } | undefined): Problem {
  const { code, severity, effect, message, pointer, fix } = found;
  const at = { source: "", path, ...(position ?? {}), ...(pointer === "" ? {} : { pointer }) };
  return { code, severity, effect, message, at, ...(fix === undefined ? {} : { fix }), related: [] };
}

function configOf(fields: ServerFields, directory: string): Omit<ServerConfig, "problems"> {
  const { instance, dataDir, publicUrl, development } = fields.server;
  const sources = fields.sources.map((source) => sourceOf(source, directory));
  return {
    server: {
      instance: instance ?? instanceOf(hostname()),
      dataDir: resolve(directory, dataDir),
      ...(publicUrl === undefined ? {} : { publicUrl }),
      development,
    },
    listen: {
      xds: xdsListen(fields.listen.xds, directory),
      api: fields.listen.api.address ?? loopback(18080),
      grpc: fields.listen.grpc.address ?? loopback(18081),
    },
    limits: xdsLimits(fields.limits.xds),
    sources,
    control: { source: fields.control.source ?? sources[0]?.name ?? "", paths: fields.control.paths },
    secrets: secretsOf(fields.secrets, directory),
    auth: accessOf(fields.auth),
    audit: { requireReason: fields.audit.requireReason },
    snapshots: fields.snapshots,
    git: { transport: fields.git.transport },
    log: { level: fields.log.level },
  };
}

function secretsOf({ providers: fields, allowPlaintext }: ServerFields["secrets"], directory: string): ServerConfig["secrets"] {
  const providers: SecretProviderConfig[] = [];
  for (const one of fields) {
    if (one.type === "sds") {
      const { name, address, nameFormat } = one;
      const server = { name, ...address, ...(nameFormat === undefined ? {} : { nameFormat }) };
      return { providers: [], server, allowPlaintext };
    }
    providers.push(one.type === "directory" ? { ...one, path: resolve(directory, one.path) } : one);
  }
  return { providers, allowPlaintext };
}

/** Without any token, everybody who reaches the API may read. */
function accessOf({ anonymous, tokens }: ServerFields["auth"]): AccessSettings {
  const known = tokens.map(({ fleets, ...token }) => ({ ...token, ...(fleets === undefined ? {} : { fleets }) }));
  return { anonymous: anonymous === "viewer" || tokens.length === 0, tokens: known };
}

function xdsListen(fields: ServerFields["listen"]["xds"], directory: string): XdsListen {
  const { address, unix, drainTime: drainMs, tls, insecure } = fields;
  const { host, port } = address ?? loopback(18000);
  const listen = { host, port, drainMs, insecure, ...(unix === undefined ? {} : { unix: resolve(directory, unix) }) };
  if (tls === undefined) return listen;
  const path = ({ file }: { readonly file: string }) => resolve(directory, file);
  const clientCa = tls.clientCa === undefined ? {} : { clientCa: path(tls.clientCa) };
  return { ...listen, tls: { cert: path(tls.cert), key: path(tls.key), ...clientCa } };
}

function sourceOf(source: ServerFields["sources"][number], directory: string): SourceSettings {
  const { name, path, branch, ref, worktree, history, interval, include, exclude, limits } = source;
  return {
    name,
    path: resolve(directory, path),
    ...(branch === undefined ? {} : { branch }),
    ...(ref === undefined ? {} : { ref }),
    worktree,
    onRewrite: history.onRewrite,
    intervalMs: interval,
    include: include ?? defaultInclude,
    exclude: exclude ?? defaultExclude,
    limits,
  };
}

function loopback(port: number): ListenAddress {
  return { host: "127.0.0.1", port };
}

/** A host name as DNS label. */
function instanceOf(host: string): string {
  const label = (host.toLowerCase().split(".")[0] ?? "").replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "");
  return label.slice(0, 63) || "portolan";
}
