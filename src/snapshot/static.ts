import { decode } from "../codec/decode.ts";
import { admin, runtime } from "../envoy/bootstrap.ts";
import type { Resource, TypeUrl } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS, SDS } from "../envoy/type-url.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { secretFiles } from "./secret-files.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * A snapshot as one configuration that `envoy -c` runs without a control plane: route configurations stand in their connection managers,
 * assignments in their clusters. Names that the snapshot lacks stay as they are, and Envoy says so.
 *
 * `secrets`: the directory in which Envoy finds the secrets as files, as of a provider `directory`; their bytes are never in the configuration. Absent:
 * they stay references to a stream that is not there, which an Envoy can check and not run (1.40 ends with a segmentation fault).
 */
export function staticBootstrap(snapshot: Snapshot, adminPort = 9901, secrets?: string): JsonObject {
  const messages = (type: TypeUrl) => [...(snapshot.types.get(type)?.resources.values() ?? [])].map(message);
  const routes = new Map(messages(RDS).map((table) => [String(table.name), table]));
  const assignments = new Map(messages(EDS).map((set) => [String(set.cluster_name), set]));
  const listeners = messages(LDS).map((listener) => inlineRoutes(listener, routes) as JsonObject);
  const clusters = messages(CDS).map((cluster) => inlineEndpoints(cluster, assignments));
  const own = secrets === undefined ? [] : [...messages(SDS), ...secretFiles(snapshot.secrets, secrets)];
  return {
    node: { id: "static", cluster: snapshot.fleet },
    admin: admin(adminPort),
    layered_runtime: runtime(),
    static_resources:
      own.length === 0
        ? { listeners, clusters }
        : { listeners: listeners.map(ownSecrets), clusters: clusters.map(ownSecrets), secrets: own },
  };
}

function message(resource: Resource): JsonObject {
  const { "@type": _, ...rest } = decode("google.protobuf.Any", resource.body);
  return rest;
}

/** Replaces each `rds` by the route configuration that it names, wherever it stands. */
function inlineRoutes(value: JsonValue | undefined, routes: ReadonlyMap<string, JsonObject>): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => inlineRoutes(item, routes) as JsonValue);
  if (typeof value !== "object" || value === null) return value;
  const inlined: { [key: string]: JsonValue | undefined } = {};
  for (const [key, inner] of Object.entries(value as JsonObject)) {
    const table = key === "rds" ? routes.get(String((inner as JsonObject).route_config_name)) : undefined;
    if (table === undefined) inlined[key] = inlineRoutes(inner, routes);
    else inlined.route_config = table;
  }
  return inlined;
}

function inlineEndpoints(cluster: JsonObject, assignments: ReadonlyMap<string, JsonObject>): JsonObject {
  const { eds_cluster_config: eds, ...rest } = cluster;
  const set = assignments.get(String((eds as JsonObject | undefined)?.service_name ?? cluster.name));
  if (eds === undefined || set === undefined) return cluster;
  return { ...rest, type: "STATIC", load_assignment: { ...set, cluster_name: String(cluster.name) } };
}

/** Without the aggregated stream as the source of secrets, wherever it stands: Envoy then looks for them among the static ones. */
function ownSecrets(message: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(message, (key, value) => (key === "sds_config" && value.ads !== undefined ? undefined : value)));
}
