import { expect, test } from "vitest";
import { redact } from "./redact.ts";

const tls = "envoy.extensions.transport_sockets.tls.v3";
const basicAuth = "envoy.extensions.filters.http.basic_auth.v3.BasicAuth";
const mark = expect.stringMatching(/^\[redacted:[0-9a-f]{8}\]$/);
const typed = (type: string, fields: object) => ({ "@type": `type.googleapis.com/${type}`, ...fields });

test.each<[string, string, object, object]>([
  ["inline bytes of a sensitive source", basicAuth, { users: { inline_bytes: "c2VjcmV0" } }, { users: { inline_bytes: mark } }],
  ["an inline text of a sensitive source", basicAuth, { users: { inline_string: "secret" } }, { users: { inline_string: mark } }],
  [
    "a sensitive text",
    "envoy.config.trace.v3.ClientConfig",
    { service_name: "a", backend_token: "secret" },
    { service_name: "a", backend_token: mark },
  ],
  [
    "the values of a sensitive map",
    "envoy.extensions.filters.http.ext_authz.v3.CheckSettings",
    { context_extensions: { a: "secret" }, disable_request_body_buffering: true },
    { context_extensions: { a: mark }, disable_request_body_buffering: true },
  ],
  [
    "the items of a sensitive list",
    `${tls}.TlsSessionTicketKeys`,
    { keys: [{ inline_bytes: "AA==" }, { filename: "/keys" }] },
    { keys: [{ inline_bytes: mark }, { filename: "/keys" }] },
  ],
  [
    "texts in a sensitive Any, not its type",
    `${tls}.PrivateKeyProvider`,
    { provider_name: "p", typed_config: typed("google.protobuf.Struct", { value: { key: ["secret", 1] } }) },
    { provider_name: "p", typed_config: typed("google.protobuf.Struct", { value: { key: [mark, 1] } }) },
  ],
  [
    "the body of a Secret",
    `${tls}.Secret`,
    { name: "tls/a", tls_certificate: { certificate_chain: { inline_string: "public" }, private_key: { inline_string: "secret" } } },
    { name: "tls/a", tls_certificate: mark },
  ],
  [
    "the body of a Secret in an Any",
    "google.protobuf.Any",
    typed(`${tls}.Secret`, { name: "a", generic_secret: { secret: { inline_string: "secret" } } }),
    typed(`${tls}.Secret`, { name: "a", generic_secret: mark }),
  ],
  [
    "a private key deep in a cluster",
    "envoy.config.cluster.v3.Cluster",
    {
      name: "a",
      transport_socket: {
        name: "tls",
        typed_config: typed(`${tls}.UpstreamTlsContext`, {
          common_tls_context: {
            tls_certificates: [{ certificate_chain: { inline_string: "public" }, private_key: { inline_string: "secret" } }],
          },
        }),
      },
    },
    {
      name: "a",
      transport_socket: {
        name: "tls",
        typed_config: typed(`${tls}.UpstreamTlsContext`, {
          common_tls_context: {
            tls_certificates: [{ certificate_chain: { inline_string: "public" }, private_key: { inline_string: mark } }],
          },
        }),
      },
    },
  ],
  [
    "a filter that a map holds",
    "envoy.config.route.v3.Route",
    { typed_per_filter_config: { auth: typed(basicAuth, { users: { inline_string: "secret" } }), other: typed("x.Y", { value: "AA==" }) } },
    { typed_per_filter_config: { auth: typed(basicAuth, { users: { inline_string: mark } }), other: typed("x.Y", { value: "AA==" }) } },
  ],
])("%s is replaced", (_, type, value, expected) => {
  const before = structuredClone(value);
  const redacted = redact(type, value as never);
  expect(redacted).toEqual(expected);
  expect(value).toEqual(before);
  expect(JSON.stringify(redacted)).not.toMatch(/"secret"|c2VjcmV0/);
});

test.each<[string, string, object]>([
  ["a route", "envoy.config.route.v3.Route", { name: "a", match: { prefix: "/" }, request_headers_to_remove: ["x"], redirect: {} }],
  ["the name of a file with a secret", basicAuth, { users: { filename: "/users" } }],
  ["the name of a variable with a secret", basicAuth, { users: { environment_variable: "USERS" } }],
  ["an Any that is not known", "google.protobuf.Any", typed("x.Y", { value: "AA==" })],
  ["an Any of a plain value", "google.protobuf.Any", typed("google.protobuf.Struct", { value: { a: "b" } })],
  ["an empty Any", "google.protobuf.Any", {}],
])("%s stays the same object", (_, type, value) => {
  expect(redact(type, value as never)).toBe(value);
});

test("equal secrets have equal marks, others do not", () => {
  const [one, same, other] = ["a", "a", "b"].map((secret) => JSON.stringify(redact(basicAuth, { users: { inline_string: secret } })));
  expect(one).toBe(same);
  expect(one).not.toBe(other);
});
