import { show } from "../../build/show.ts";
import type { TypeUrl } from "../../envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../envoy/type-url.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { objectOf, objects } from "./json.ts";

/** What an Envoy is configured with, in its own JSON with snake_case names. */
export interface EnvoyConfig {
  readonly listeners: readonly JsonObject[];
  /** Route configurations by name, of those that do not stand in a listener. */
  readonly tables: ReadonlyMap<string, JsonObject>;
  readonly clusters: ReadonlyMap<string, JsonObject>;
  /** `ClusterLoadAssignment` by name, of those that do not stand in a cluster. */
  readonly assignments: ReadonlyMap<string, JsonObject>;
}

/** Reads an answer to `/config_dump`, static and dynamic alike. Throws a {@link Failure} if it is none. */
export function configOfDump(dump: JsonValue): EnvoyConfig {
  const sections = objects(objectOf(dump).configs).map((section) => [String(section["@type"]).split(".").at(-1), section] as const);
  const all = (section: string, lists: readonly string[], inner: string) =>
    sections
      .filter(([name]) => name === section)
      .flatMap(([, value]) => lists.flatMap((list) => objects(value[list])))
      .map((entry) => objectOf(objectOf(entry.active_state ?? entry)[inner]));
  const listeners = all("ListenersConfigDump", ["static_listeners", "dynamic_listeners"], "listener").filter(isThere);
  if (listeners.length === 0)
    throw new Failure(exitCode.usage, "the configuration dump has no listeners; is it an answer to /config_dump?");
  return {
    listeners,
    tables: byName(all("RoutesConfigDump", ["static_route_configs", "dynamic_route_configs"], "route_config")),
    clusters: byName(all("ClustersConfigDump", ["static_clusters", "dynamic_active_clusters"], "cluster")),
    assignments: byName(all("EndpointsConfigDump", ["static_endpoint_configs", "dynamic_endpoint_configs"], "endpoint_config")),
  };
}

/** The same of a snapshot, what is secret replaced as Envoy does it in its dumps. */
export function configOfSnapshot(snapshot: Snapshot): EnvoyConfig {
  const messages = (type: TypeUrl) => [...(snapshot.types.get(type)?.resources.values() ?? [])].map((resource) => show(resource));
  return { listeners: messages(LDS), tables: byName(messages(RDS)), clusters: byName(messages(CDS)), assignments: byName(messages(EDS)) };
}

function byName(messages: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  return new Map(messages.map((message) => [String(message.name ?? message.cluster_name), message]));
}

/** A listener that is still warming has no active state. */
function isThere(message: JsonObject): boolean {
  return Object.keys(message).length > 0;
}
