const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/**
 * Envoy's access-log operators that stand alone. All of the lists hold what the oldest supported Envoy knows:
 * one operator that an Envoy does not know makes it refuse the whole route table.
 */
const bare = words(`
  ACCESS_LOG_TYPE BYTES_RECEIVED BYTES_SENT CONNECTION_ID CONNECTION_TERMINATION_DETAILS CUSTOM_FLAGS DOWNSTREAM_DIRECT_LOCAL_ADDRESS
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT DOWNSTREAM_DIRECT_LOCAL_PORT DOWNSTREAM_DIRECT_REMOTE_ADDRESS DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT
  DOWNSTREAM_DIRECT_REMOTE_PORT DOWNSTREAM_HANDSHAKE_DURATION DOWNSTREAM_HEADER_BYTES_RECEIVED DOWNSTREAM_HEADER_BYTES_SENT DOWNSTREAM_LOCAL_ADDRESS
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT DOWNSTREAM_LOCAL_DNS_SAN DOWNSTREAM_LOCAL_EMAIL_SAN DOWNSTREAM_LOCAL_IP_SAN DOWNSTREAM_LOCAL_OTHERNAME_SAN
  DOWNSTREAM_LOCAL_PORT DOWNSTREAM_LOCAL_SUBJECT DOWNSTREAM_LOCAL_URI_SAN DOWNSTREAM_PEER_CERT DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1
  DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256 DOWNSTREAM_PEER_CHAIN_SERIALS DOWNSTREAM_PEER_DNS_SAN DOWNSTREAM_PEER_EMAIL_SAN DOWNSTREAM_PEER_FINGERPRINT_1
  DOWNSTREAM_PEER_FINGERPRINT_256 DOWNSTREAM_PEER_IP_SAN DOWNSTREAM_PEER_ISSUER DOWNSTREAM_PEER_OTHERNAME_SAN DOWNSTREAM_PEER_SERIAL
  DOWNSTREAM_PEER_SUBJECT DOWNSTREAM_PEER_URI_SAN DOWNSTREAM_REMOTE_ADDRESS DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT DOWNSTREAM_REMOTE_PORT
  DOWNSTREAM_TLS_CIPHER DOWNSTREAM_TLS_SESSION_ID DOWNSTREAM_TLS_VERSION DOWNSTREAM_TRANSPORT_FAILURE_REASON DOWNSTREAM_WIRE_BYTES_RECEIVED
  DOWNSTREAM_WIRE_BYTES_SENT DURATION FILTER_CHAIN_NAME GRPC_STATUS_NUMBER HOSTNAME LOCAL_REPLY_BODY PROTOCOL REQUEST_DURATION REQUEST_HEADERS_BYTES
  REQUEST_TX_DURATION REQUESTED_SERVER_NAME RESPONSE_CODE RESPONSE_CODE_DETAILS RESPONSE_DURATION RESPONSE_FLAGS RESPONSE_FLAGS_LONG
  RESPONSE_HEADERS_BYTES RESPONSE_TRAILERS_BYTES RESPONSE_TX_DURATION ROUNDTRIP_DURATION ROUTE_NAME STREAM_ID TLS_JA3_FINGERPRINT TRACE_ID UNIQUE_ID
  UPSTREAM_CLUSTER UPSTREAM_CLUSTER_RAW UPSTREAM_CONNECTION_ID UPSTREAM_CONNECTION_POOL_READY_DURATION UPSTREAM_HEADER_BYTES_RECEIVED
  UPSTREAM_HEADER_BYTES_SENT UPSTREAM_HOST UPSTREAM_HOST_NAME UPSTREAM_HOST_NAME_WITHOUT_PORT UPSTREAM_LOCAL_ADDRESS
  UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT UPSTREAM_LOCAL_DNS_SAN UPSTREAM_LOCAL_IP_SAN UPSTREAM_LOCAL_PORT UPSTREAM_LOCAL_URI_SAN UPSTREAM_PEER_CERT
  UPSTREAM_PEER_DNS_SAN UPSTREAM_PEER_IP_SAN UPSTREAM_PEER_ISSUER UPSTREAM_PEER_SUBJECT UPSTREAM_PEER_URI_SAN UPSTREAM_PROTOCOL
  UPSTREAM_REMOTE_ADDRESS UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT UPSTREAM_REMOTE_PORT UPSTREAM_REQUEST_ATTEMPT_COUNT UPSTREAM_TLS_CIPHER
  UPSTREAM_TLS_SESSION_ID UPSTREAM_TLS_VERSION UPSTREAM_TRANSPORT_FAILURE_REASON UPSTREAM_WIRE_BYTES_RECEIVED UPSTREAM_WIRE_BYTES_SENT
  VIRTUAL_CLUSTER_NAME`);
/** With or without an argument in parentheses. */
const optional = words(`
  DOWNSTREAM_PEER_CERT_V_END DOWNSTREAM_PEER_CERT_V_START EMIT_TIME EMIT_TIME_LOCAL GRPC_STATUS START_TIME START_TIME_LOCAL
  UPSTREAM_PEER_CERT_V_END UPSTREAM_PEER_CERT_V_START`);
const required = words(`
  CLUSTER_METADATA COMMON_DURATION DYNAMIC_METADATA ENVIRONMENT FILTER_STATE REQ RESP TRAILER UPSTREAM_FILTER_STATE UPSTREAM_METADATA`);
/** Those that may be cut to a length: `%REQ(X):5%`. */
const cuttable = words(
  "CLUSTER_METADATA DYNAMIC_METADATA ENVIRONMENT FILTER_STATE REQ RESP TRAILER UPSTREAM_FILTER_STATE UPSTREAM_METADATA",
);
/** What an argument must look like, where Envoy looks at it before the first request. */
const argumentForms: Readonly<Record<string, RegExp>> = {
  REQ: /^[^?]+(\?[^?]+)?$/,
  RESP: /^[^?]+(\?[^?]+)?$/,
  TRAILER: /^[^?]+(\?[^?]+)?$/,
  GRPC_STATUS: /^(CAMEL_STRING|SNAKE_STRING|NUMBER)?$/,
  COMMON_DURATION: /^[^:]+:[^:]+:(ms|us|ns)$/,
  FILTER_STATE: /^[^:]+(:(PLAIN|TYPED|FIELD:[^:]+))?$/,
  UPSTREAM_FILTER_STATE: /^[^:]+(:(PLAIN|TYPED|FIELD:[^:]+))?$/,
  START_TIME: withoutNewline(),
  START_TIME_LOCAL: withoutNewline(),
  EMIT_TIME: withoutNewline(),
  EMIT_TIME_LOCAL: withoutNewline(),
};

/** A time format without the specifier of a line end, which Envoy lets into no header. */
function withoutNewline(): RegExp {
  return /^(?!.*%[-_0^#]*[1-9]*[EO]?n)[^\r\n]*$/;
}

/** What Envoy would refuse in a format string (`%OPERATOR(argument):length%`, `%%` for a percent sign), or nothing. */
export function formatMistake(text: string): string | undefined {
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", at)) {
    if (text[at + 1] === "%") {
      at += 2;
      continue;
    }
    const match = /^%([A-Z0-9_]+)(?:\((.*?)\))?(?::(\d+))?%/s.exec(text.slice(at));
    if (match === null) return "a single % is not allowed; write %%";
    const mistake = operatorMistake(match[1] ?? "", match[2], match[3]);
    if (mistake !== undefined) return mistake;
    at += match[0].length;
  }
  return undefined;
}

function operatorMistake(name: string, argument: string | undefined, length: string | undefined): string | undefined {
  if (!bare.has(name) && !optional.has(name) && !required.has(name)) return `Envoy has no operator %${name}%`;
  if (required.has(name) && (argument === undefined || argument === "")) return `%${name}% needs an argument`;
  if (bare.has(name) && argument !== undefined) return `%${name}% takes no argument`;
  if (argument !== undefined && argumentForms[name]?.test(argument) === false)
    return `%${name}(${argument})% has an argument that Envoy refuses`;
  if (length !== undefined && !cuttable.has(name)) return `%${name}% takes no length`;
  return undefined;
}
