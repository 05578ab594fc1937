import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import { object } from "../../object.ts";
import { formatMistake } from "../format.ts";
import type { ModuleInput } from "./module-schema.ts";

/** The access log that the language writes unless told otherwise (ambassador.md 17). */
const defaultText =
  'ACCESS [%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% ' +
  '%DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"';

/** The keys of the access log in JSON (ambassador.md 17). */
const defaultJson: JsonObject = {
  start_time: "%START_TIME%",
  method: "%REQ(:METHOD)%",
  path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
  protocol: "%PROTOCOL%",
  response_code: "%RESPONSE_CODE%",
  response_flags: "%RESPONSE_FLAGS%",
  bytes_received: "%BYTES_RECEIVED%",
  bytes_sent: "%BYTES_SENT%",
  duration: "%DURATION%",
  upstream_service_time: "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
  x_forwarded_for: "%REQ(X-FORWARDED-FOR)%",
  user_agent: "%REQ(USER-AGENT)%",
  request_id: "%REQ(X-REQUEST-ID)%",
  authority: "%REQ(:AUTHORITY)%",
  upstream_host: "%UPSTREAM_HOST%",
  upstream_cluster: "%UPSTREAM_CLUSTER%",
  upstream_local_address: "%UPSTREAM_LOCAL_ADDRESS%",
  downstream_local_address: "%DOWNSTREAM_LOCAL_ADDRESS%",
  downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%",
  requested_server_name: "%REQUESTED_SERVER_NAME%",
  upstream_transport_failure_reason: "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
};

/** The keys that there are besides where DataDog traces. */
const datadogJson: JsonObject = { ...defaultJson, "dd.trace_id": "%REQ(X-DATADOG-TRACE-ID)%", "dd.span_id": "%REQ(X-DATADOG-PARENT-ID)%" };

/** Envoy's own loggers to where these paths lead. */
const streams: ReadonlyMap<string, readonly [string, string]> = new Map(
  Object.entries({ "/dev/fd/1": "stdout", "/dev/stdout": "stdout", "/dev/fd/2": "stderr", "/dev/stderr": "stderr" }).map(([path, name]) => {
    const message = name === "stdout" ? "StdoutAccessLog" : "StderrAccessLog";
    return [path, [`envoy.access_loggers.${name}`, `envoy.extensions.access_loggers.stream.v3.${message}`]] as const;
  }),
);

/**
 * `AccessLog` of a connection manager. Emissary opens `/dev/fd/1` as a file, which fails where standard output is a socket (as under systemd),
 * and then Envoy refuses every Listener; the stdout logger writes the same lines and cannot fail.
 */
export function accessLogOf(
  { envoy_log_type: type, envoy_log_format: format, envoy_log_path: path = "/dev/fd/1" }: ModuleInput,
  findings: Finding[],
  traced: "datadog" | "otherwise" = "otherwise",
) {
  const json = traced === "datadog" ? datadogJson : defaultJson;
  const log_format = type === undefined || type === "text" ? textFormat(format, findings) : jsonFormat(format, json, findings);
  const stream = streams.get(path);
  if (stream !== undefined) return logger(...stream, { log_format });
  if (!path.startsWith("/dev/")) {
    findings.push(
      finding("ambassador/log-path", "/spec/config/envoy_log_path", `an Envoy that cannot open ${path} refuses every listener`, {
        fix: "write to /dev/stdout",
      }),
    );
  }
  return logger("envoy.access_loggers.file", "envoy.extensions.access_loggers.file.v3.FileAccessLog", { path, log_format });
}

function logger(name: string, type: string, config: JsonObject): JsonObject {
  return { name, typed_config: { "@type": `type.googleapis.com/${type}`, ...config } };
}

/** Envoy adds no line end of its own. */
function textFormat(format: JsonValue | undefined, findings: Finding[]): JsonObject {
  const mistake = format === undefined ? undefined : typeof format === "string" ? formatMistake(format) : "expected a string";
  if (mistake !== undefined) findings.push(badFormat("", mistake));
  const text = typeof format === "string" && mistake === undefined ? format : defaultText;
  return { text_format_source: { inline_string: `${text}\n` } };
}

function jsonFormat(format: JsonValue | undefined, usual: JsonObject, findings: Finding[]): JsonObject {
  if (format === undefined) return { json_format: usual };
  const fields = object(format);
  const mistakes =
    fields === undefined
      ? [badFormat("", "expected a mapping")]
      : Object.entries(fields).flatMap(([key, value]) => {
          const mistake = typeof value === "string" ? formatMistake(value) : "expected a string";
          return mistake === undefined ? [] : [badFormat(`/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, mistake)];
        });
  findings.push(...mistakes);
  return { json_format: fields === undefined || mistakes.length > 0 ? usual : fields };
}

function badFormat(below: string, mistake: string): Finding {
  return finding("ambassador/bad-format", `/spec/config/envoy_log_format${below}`, `${mistake}; the default format is written`, {
    effect: "substituted",
  });
}
