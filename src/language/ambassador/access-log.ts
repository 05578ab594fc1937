import type { JsonObject } from "../../model/json.ts";

/** The access log that the language writes unless told otherwise (ambassador.md 17); Envoy adds no line end of its own. */
const format =
  'ACCESS [%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% ' +
  '%DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"\n';

/**
 * `AccessLog` of a connection manager. Emissary opens `/dev/fd/1` as a file, which fails where standard output is a socket (as under systemd),
 * and then Envoy refuses every Listener; the stdout logger writes the same lines and cannot fail.
 */
export const accessLog: JsonObject = {
  name: "envoy.access_loggers.stdout",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
    log_format: { text_format_source: { inline_string: format } },
  },
};
