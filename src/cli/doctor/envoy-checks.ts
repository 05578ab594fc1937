import { short } from "../words.ts";
import { type EnvoyState, list, objectOf } from "./admin.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** The versions of Envoy that are supported and tested, by their second number. */
const supported = { oldest: 33, newest: 40 };

/** What there is to say of one Envoy (delivery.md 9.5). */
export function envoyChecks(envoy: EnvoyState): Check[] {
  return [
    version(envoy),
    connection(envoy),
    ...Object.keys(types).flatMap((type) => typeCheck(type, envoy)),
    warming(envoy),
    runtimeLayer(envoy),
    adminAddress(envoy),
    certificates(envoy),
  ];
}

function version({ version: text, state, node }: EnvoyState): Check {
  const finding = `${text}, ${state}, node ${node.id || "without an id"} of cluster ${node.cluster || "none"}`;
  const [major, minor] = text.split(".").map(Number);
  const range = `1.${supported.oldest} to 1.${supported.newest}`;
  if (major !== 1 || minor === undefined || minor < supported.oldest)
    return fail("envoy", `${finding}; supported are ${range}`, "use a newer Envoy");
  if (minor > supported.newest) return warn("envoy", `${finding}; tested are ${range}`, "look whether there is a newer Portolan");
  return ok("envoy", finding);
}

function connection({ stats }: EnvoyState): Check {
  const identifier = String(stats.get("control_plane.identifier") ?? "");
  const last = identifier === "" ? "" : `; it was ${identifierText(identifier)}`;
  if (stats.get("control_plane.connected_state") === 1) return ok("control plane", `connected to ${identifierText(identifier)}`);
  const advice = "is portolan serve running, and does the bootstrap name its xDS address?";
  return fail("control plane", `not connected${last}`, advice);
}

/** The identifier of a control plane: JSON with instance and commit, if it is Portolan. */
function identifierText(identifier: string): string {
  const commit = /[0-9a-f]{40}/.exec(identifier)?.[0];
  return commit === undefined ? identifier || "one that does not say who it is" : identifier.replace(commit, short(commit));
}

/** Where the statistics of a type stand; the first group is the name of a resource. */
const types: Readonly<Record<string, RegExp>> = {
  CDS: /^cluster_manager\.cds()\./,
  EDS: /^cluster\.(?!.*\.sds\.)(.+)\.(?=version_text$|update_rejected$)/,
  LDS: /^listener_manager\.lds()\./,
  RDS: /^http\..+?\.rds\.(.+)\.(?=version_text$|update_rejected$)/,
  SDS: /(?:^|\.)sds\.(.+)\.(?=version_text$|update_rejected$)/,
};

/** The version that was accepted last, and what was rejected; nothing for a type that is not asked for. */
function typeCheck(type: string, { stats, node }: EnvoyState): Check[] {
  const own = [...stats].filter(([name]) => types[type]?.test(name));
  const versions = new Set(own.flatMap(([name, value]) => (name.endsWith(".version_text") && value !== "" ? [String(value)] : [])));
  const rejected = own.flatMap(([name, value]) => {
    const resource = types[type]?.exec(name)?.[1] ?? "";
    return name.endsWith(".update_rejected") && Number(value) > 0 ? [`${Number(value)}${resource === "" ? "" : ` of ${resource}`}`] : [];
  });
  if (versions.size === 0 && rejected.length === 0) return [];
  const accepted = versions.size === 0 ? "nothing accepted" : `accepted ${[...versions].map(versionText).join(", ")}`;
  if (rejected.length === 0) return [ok(type, accepted)];
  return [
    warn(type, `${accepted}; updates rejected since it started: ${rejected.join(", ")}`, `portolan status ${node.id} names the line`),
  ];
}

function versionText(text: string): string {
  return /^[0-9a-f]{40}\+/.test(text) ? short(text) : text;
}

function warming({ stats, waiting }: EnvoyState): Check {
  const clusters = [...stats].flatMap(([name, value]) => {
    const cluster = /^cluster\.(.+)\.warming_state$/.exec(name)?.[1];
    return cluster !== undefined && value === 1 ? [`cluster ${cluster}`] : [];
  });
  const listeners = waiting.map(({ what, targets }) => `${shortTarget(what)} waits for ${targets.map(shortTarget).join(", ") || "itself"}`);
  const all = [...listeners, ...clusters];
  if (all.length === 0) return ok("warming", "nothing");
  return warn("warming", all.join("; "), "what it waits for has not come: portolan status --problems says whether it can");
}

/** Names of init managers and targets without what only Envoy's authors need. */
function shortTarget(name: string): string {
  return name
    .replace(/^init manager (?:Listener-local-init-manager )?(\S+).*$/, "$1")
    .replace(/^(?:shared )?target /, "")
    .replace(/^RdsRouteConfigSubscription (?:local-init-target|RDS init) (\S+).*$/, "route table $1");
}

function runtimeLayer({ bootstrap }: EnvoyState): Check {
  const layers = list(objectOf(bootstrap.layered_runtime).layers).map(({ static_layer: layer }) => objectOf(layer));
  const flag = "re2.max_program_size.error_level";
  const has = layers.some((layer) => layer[flag] !== undefined || Object.keys(objectOf(layer.re2)).length > 0);
  if (has) return ok("runtime", `${flag} is set`);
  return warn(
    "runtime",
    `${flag} is not set, so Envoy refuses expressions that Portolan takes`,
    "start it with what portolan bootstrap prints",
  );
}

function adminAddress({ bootstrap }: EnvoyState): Check {
  const { address } = objectOf(objectOf(objectOf(bootstrap.admin).address).socket_address);
  const text = String(address ?? "a pipe");
  if (address === undefined || text === "::1" || /^127\./.test(text)) return ok("admin", `listens on ${text}`);
  return warn("admin", `listens on ${text}, and whoever reaches it can stop this Envoy`, "bind it to 127.0.0.1");
}

/** What Envoy says if it has no certificate. */
const none = 4_294_967_295;

function certificates({ stats }: EnvoyState): Check {
  const days = Number(stats.get("server.days_until_first_cert_expiring") ?? none);
  if (days >= none) return ok("certificates", "none");
  if (days > 14) return ok("certificates", `the first expires in ${days} days`);
  const check = days > 0 ? warn : fail;
  return check("certificates", days > 0 ? `the first expires in ${days} days` : "the first has expired, or does so today", "renew it");
}
