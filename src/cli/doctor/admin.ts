import type { JsonObject, JsonValue } from "../../model/json.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";

/** What the admin interface of one Envoy says: no configuration but the bootstrap. */
export interface EnvoyState {
  readonly version: string;
  readonly state: string;
  readonly node: { readonly id: string; readonly cluster: string };
  /** Numbers and texts by name. */
  readonly stats: ReadonlyMap<string, JsonValue>;
  /** What is not ready, and the names it waits for. */
  readonly waiting: readonly { readonly what: string; readonly targets: readonly string[] }[];
  readonly bootstrap: JsonObject;
}

/** The statistics that are looked at. */
const filter = "^control_plane\\.|\\.(version_text|update_rejected|warming_state)$|^server\\.days_until_first_cert_expiring$";

/** Asks an Envoy. Throws a {@link Failure} if it cannot be reached, or is none. */
export async function readEnvoy(url: string, signal: AbortSignal): Promise<EnvoyState> {
  const ask = (path: string) => get(`${url.replace(/\/+$/, "")}${path}`, signal);
  const [info, stats, init, dump] = await Promise.all([
    ask("/server_info"),
    ask(`/stats?format=json&filter=${encodeURIComponent(filter)}`),
    ask("/init_dump"),
    ask("/config_dump?mask=bootstrap"),
  ]);
  const node = objectOf(info.node);
  return {
    version: String(info.version).split("/")[1] ?? "",
    state: String(info.state),
    node: { id: String(node.id ?? ""), cluster: String(node.cluster ?? "") },
    stats: new Map(list(stats.stats).flatMap(({ name, value }) => (name === undefined ? [] : [[String(name), value ?? null]]))),
    waiting: list(init.unready_targets_dumps).map(({ name, target_names: targets }) => ({
      what: String(name),
      targets: Array.isArray(targets) ? (targets as readonly JsonValue[]).map(String) : [],
    })),
    bootstrap: objectOf(list(dump.configs)[0]?.bootstrap),
  };
}

async function get(url: string, signal: AbortSignal): Promise<JsonObject> {
  let text: string;
  let status: number;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]), redirect: "error" });
    [text, status] = [await response.text(), response.status];
  } catch (error) {
    if (signal.aborted) throw new Failure(exitCode.interrupted, "interrupted");
    const cause = (error as Error).cause;
    const why = cause instanceof Error ? cause.message : (error as Error).message;
    throw new Failure(
      exitCode.unreachable,
      `cannot reach an Envoy at ${new URL(url).origin}: ${why}; is it the address of its admin interface?`,
    );
  }
  try {
    if (status === 200) return objectOf(JSON.parse(text));
  } catch {
    // It is told below.
  }
  throw new Failure(
    exitCode.unreachable,
    `what answers at ${new URL(url).origin} is not the admin interface of an Envoy (status ${status})`,
  );
}

/** The value if it is an object, else an empty one. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The objects of a list; none if it is no list. */
export function list(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(objectOf) : [];
}
