import { redact } from "../../codec/redact.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Forward, Fragment, HeaderEdits, Redirect, Route } from "../../model/model.ts";

/** What a route does, without the upstreams that it goes to: plain values under the names that people know. Values that may be secret are replaced. */
export function routeForm({ action, policy, perFilter }: Route): JsonObject {
  return {
    ...(action.kind === "forward" ? forwardForm(action) : action.kind === "redirect" ? redirectForm(action) : {}),
    ...(action.kind === "respond" ? { respond: action.status, because: action.why } : {}),
    ...(policy.timeoutMs === undefined ? {} : { timeout: durationText(policy.timeoutMs) }),
    ...(policy.idleTimeoutMs === undefined ? {} : { idle_timeout: durationText(policy.idleTimeoutMs) }),
    ...(policy.retry === undefined ? {} : { retry: retryForm(policy.retry) }),
    ...editsForm("request_headers", policy.requestHeaders),
    ...editsForm("response_headers", policy.responseHeaders),
    ...(perFilter.length === 0
      ? {}
      : { filters: Object.fromEntries(perFilter.map(({ filter, config }) => [filter, fragmentForm(config)])) }),
  };
}

function forwardForm({ rewrite, hostRewrite, settings = [] }: Forward): JsonObject {
  return {
    ...(rewrite === undefined
      ? {}
      : { rewrite: rewrite.kind === "prefix" ? rewrite.value : `${rewrite.pattern} → ${rewrite.substitution}` }),
    ...(hostRewrite === undefined ? {} : { host_rewrite: hostRewrite }),
    ...Object.assign({}, ...settings.map(fragmentForm)),
  };
}

function redirectForm({ code, https, scheme, host, port, path }: Redirect): JsonObject {
  const to = path?.kind === "regex" ? `${path.pattern} → ${path.substitution}` : path?.value;
  return {
    redirect: {
      code,
      ...(https === true ? { scheme: "https" } : scheme === undefined ? {} : { scheme }),
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(to === undefined ? {} : { [path?.kind === "prefix" ? "prefix" : "path"]: to }),
    },
  };
}

function retryForm({ on, retries, perTryTimeoutMs }: NonNullable<Route["policy"]["retry"]>): JsonObject {
  return { on, retries, ...(perTryTimeoutMs === undefined ? {} : { per_try_timeout: durationText(perTryTimeoutMs) }) };
}

/** Header edits by the name of the header. */
export function editsForm(name: string, { add, remove }: HeaderEdits): JsonObject {
  const added = add.map(({ name: header, value, append }) => {
    return [header, append ? { append: value } : value] as const;
  });
  const edits = [...added, ...remove.map((header) => [header, "(removed)"] as const)];
  return edits.length === 0 ? {} : { [name]: Object.fromEntries(edits) };
}

/** The fields of a fragment, values that may be secret replaced. */
export function fragmentForm({ type, value }: Fragment): JsonObject {
  return redact(type, value);
}

/** `15s`, `500ms`; 0 disables. */
export function durationText(ms: number): string {
  if (ms === 0) return "none";
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
