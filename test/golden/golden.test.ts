import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { buildFiles } from "../../src/build/offline.ts";
import { show } from "../../src/build/show.ts";
import { readConfig } from "../../src/cli/config/read.ts";
import { CDS, EDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { staticBootstrap } from "../../src/snapshot/static.ts";
import { validateBootstrap } from "../validate-envoy.ts";
import { listeners } from "./listeners.ts";

/**
 * One case a file: documents, then the document `# becomes`, with the stanzas under test and the problems.
 * UPDATE_GOLDEN=1 writes what is; read the difference before committing it.
 */
const folder = fileURLToPath(new URL("./cases", import.meta.url));
const mark = "--- # becomes\n";
const base = `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: any}
spec: {hostname: "*", requestPolicy: {insecure: {action: Route}}}
`;

/** Kinds that change connection managers; a case with one of them shows these. */
const managing = ["Module", "AuthService", "RateLimitService", "LogService", "TracingService"];

/** Kinds that change chains; a case with one of them shows these. */
const listening = ["Listener", "TCPMapping"];

test.each(readdirSync(folder))("%s", async (name) => {
  const path = join(folder, name);
  const [documents = ""] = readFileSync(path, "utf8").split(mark);
  const kinds = new Set(parseAllDocuments(documents).map((each) => String(each.get("kind"))));
  // A case without a Listener or Host gets the usual ones.
  const [listener = "", host = ""] = base.split("---\n");
  const files = new Map([
    ["case.yaml", documents],
    ...(kinds.has("Listener") ? [] : [["listener.yaml", listener] as const]),
    ...(kinds.has("Host") ? [] : [["host.yaml", host] as const]),
  ]);
  const { fleets, problems } = await buildFiles(files, settings(documents));
  const becomes = stringify(
    {
      ...(managing.some((kind) => kinds.has(kind)) ? { managers: managers(fleets[0]?.snapshot as Snapshot) } : {}),
      ...(listening.some((kind) => kinds.has(kind)) ? { listeners: listeners(fleets[0]?.snapshot as Snapshot) } : {}),
      ...stanzas(fleets[0]?.snapshot as Snapshot),
      problems: problems.map(({ at, severity, code, message }) => `${at.path}:${at.line}:${at.column} ${severity} ${code}  ${message}`),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
    // What is redacted has another mark in every process.
  ).replaceAll(/\[redacted:[0-9a-f]+\]/g, "[redacted]");
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, `${documents}${mark}${becomes}`);
  expect(becomes).toBe(readFileSync(path, "utf8").split(mark)[1]);

  const { ok, output } = await validateBootstrap(staticBootstrap(fleets[0]?.snapshot as Snapshot));
  expect(ok, output).toBe(true);
});

/** What a Server among the documents says of their reading. */
function settings(documents: string) {
  const server = documents.split("---\n").find((one) => one.includes("kind: Server"));
  return server === undefined ? {} : { secretServer: readConfig(server, "/portolan.yaml").config?.secrets.server };
}

/** Connection managers by filter chain, without the access log that is written unless told otherwise. */
function managers(snapshot: Snapshot) {
  const listeners = [...(snapshot.types.get(LDS)?.resources.values() ?? [])].map((resource) => show(resource)) as unknown as Listener[];
  return Object.fromEntries(
    listeners.flatMap(({ name, filter_chains, per_connection_buffer_limit_bytes: buffer }) =>
      filter_chains.map(({ name: chain, filters: [first] }) => {
        const { "@type": _, rds: __, access_log, ...manager } = first?.typed_config ?? {};
        const log = JSON.stringify(access_log).includes('"ACCESS [') && (access_log as object[]).length === 1 ? {} : { access_log };
        return [`${name} ${chain}`, { ...(buffer === undefined ? {} : { buffer }), ...manager, ...log }];
      }),
    ),
  );
}

interface Listener {
  readonly name: string;
  readonly per_connection_buffer_limit_bytes?: number;
  readonly filter_chains: readonly {
    readonly name: string;
    readonly filters: readonly { readonly typed_config: Record<string, unknown> }[];
  }[];
}

/** Routes by virtual host, clusters and endpoints; what is the same in every case is left out. */
function stanzas(snapshot: Snapshot) {
  const all = (type: string) => [...(snapshot.types.get(type)?.resources.values() ?? [])].map((resource) => show(resource));
  const hosts = all(RDS).flatMap((table) => (table.virtual_hosts ?? []) as { name: string; routes?: object[] }[]);
  return {
    routes: Object.fromEntries(hosts.map(({ name, routes = [] }) => [name, routes])),
    clusters: all(CDS).map(({ typed_extension_protocol_options: _, ...cluster }) => cluster),
    endpoints: all(EDS),
  };
}
