import type { JsonObject, JsonValue } from "../../model/json.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { isLoopback, parseAddress } from "./address.ts";
import { at, missing, wrong } from "./issues.ts";

/**
 * What needs more than one field of `portolan.yaml`. It looks at the values as they are written, so that its findings
 * stand beside those about single fields and all mistakes are told at once.
 */
export function ruleFindings(config: JsonObject): Finding[] {
  const sources = listAt(config, ["sources"]);
  return [
    ...sources.flatMap((source, i) => sourceFindings(config, source, i)),
    ...sourcesFindings(config, sources),
    ...repeatedNames(config, ["secrets", "providers"]),
    ...secretServerFindings(config),
    ...repeatedNames(config, ["auth", "tokens"]),
    ...plaintextFindings(config),
    ...(["xds", "api", "grpc"] as const).flatMap((name) => listenerFindings(config, name)),
  ];
}

function sourceFindings(config: JsonObject, source: JsonValue, i: number): Finding[] {
  const has = (field: string) => at(source, [field]) !== undefined;
  const found: Finding[] = [];
  const refs = ["branch", "ref"].filter(has);
  if (refs.length === 2) {
    found.push(
      wrong("document/duplicate", `/sources/${i}/ref`, "branch and ref exclude each other", { on: "key", fix: "delete one of the two" }),
    );
  }
  const isWorktree = at(source, ["worktree"]) === true;
  if (refs.length === 0 && !isWorktree && !has("tag") && !has("semver")) found.push(missing(["sources", i, "branch"]));
  if (isWorktree && at(config, ["server", "development"]) !== true) {
    const fix = "set server.development to true, or delete worktree";
    found.push(
      wrong("document/out-of-range", `/sources/${i}/worktree`, "files that are not committed are served in development only", {
        on: "key",
        fix,
      }),
    );
  }
  return found;
}

function sourcesFindings(config: JsonObject, sources: readonly JsonValue[]): Finding[] {
  const found: Finding[] = [];
  if (Array.isArray(config.sources) && sources.length === 0)
    found.push(wrong("document/missing-field", "/sources", "sources: there is none", { fix: "add a source" }));
  if (sources.length > 1) {
    found.push(wrong("document/not-served", "/sources/1", "several sources are not served by this version", { fix: "keep one source" }));
  }
  const names = sources.map((source) => at(source, ["name"]));
  found.push(...repeatedNames(config, ["sources"]));
  const control = at(config, ["control", "source"]);
  if (typeof control === "string" && !names.includes(control)) {
    const known = names.filter((name) => typeof name === "string").join(", ");
    found.push(
      wrong("document/out-of-range", "/control/source", `control.source: there is no source ${control}`, { fix: `write ${known}` }),
    );
  }
  return found;
}

function plaintextFindings(config: JsonObject): Finding[] {
  if (at(config, ["secrets", "allowPlaintext"]) !== true || at(config, ["server", "development"]) === true) return [];
  const fix = "set server.development to true, or delete allowPlaintext";
  return [
    wrong("document/out-of-range", "/secrets/allowPlaintext", "secrets that are committed in the clear are served in development only", {
      on: "key",
      fix,
    }),
  ];
}

/** Names that stand twice in a list of named things. */
function repeatedNames(config: JsonObject, path: readonly string[]): Finding[] {
  const names = listAt(config, path).map((one) => at(one, ["name"]));
  return names.flatMap((name, i) =>
    typeof name === "string" && names.indexOf(name) < i
      ? [wrong("document/duplicate", `/${path.join("/")}/${i}/name`, `${path.join(".")}[${i}].name: ${name} is the name of another one`)]
      : [],
  );
}

/** What is sent to proxies must not depend on what a provider has, so a server that the proxies ask has all secrets or none. */
function secretServerFindings(config: JsonObject): Finding[] {
  const providers = listAt(config, ["secrets", "providers"]);
  const i = providers.findIndex((one) => at(one, ["type"]) === "sds");
  if (i < 0 || providers.length === 1) return [];
  const message = `secrets.providers[${i}]: proxies get all secrets from a provider of type sds, so it is the only one`;
  return [wrong("document/out-of-range", `/secrets/providers/${i}`, message, { fix: "delete the other providers, or this one" })];
}

function listenerFindings(config: JsonObject, name: "xds" | "api" | "grpc"): Finding[] {
  const text = at(config, ["listen", name, "address"]);
  const address = typeof text === "string" ? parseAddress(text) : undefined;
  if (address === undefined || isLoopback(address)) return [];
  const pointer = `/listen/${name}/address`;
  const found: Finding[] = [];
  const isMutual = name === "xds" && at(config, ["listen", name, "tls", "clientCa"]) !== undefined;
  const what = at(config, ["listen", name, "tls"]) === undefined ? "plaintext" : "open to clients without a certificate";
  if (isMutual) return [];
  if (at(config, ["listen", name, "insecure"]) === true) {
    found.push(finding("api/insecure-listener", pointer, `listen.${name} is ${what} and reachable from other machines`));
  } else {
    const fix = `listen on 127.0.0.1, ${name === "xds" ? "set listen.xds.tls.clientCa, " : ""}or set listen.${name}.insecure to true`;
    found.push(wrong("api/insecure-listener", pointer, `listen.${name}: ${what} off loopback needs insecure: true`, { fix }));
  }
  const isSaid = at(config, ["auth", "anonymous"]) !== undefined || listAt(config, ["auth", "tokens"]).length > 0;
  if (name !== "xds" && !isSaid) {
    const fix = "listen on 127.0.0.1, or set auth.tokens, or auth.anonymous to viewer";
    found.push(wrong("api/auth-required", pointer, `listen.${name}: off loopback it must be said who may read`, { fix }));
  }
  return found;
}

function listAt(value: JsonObject, path: readonly string[]): readonly JsonValue[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}
