import { expect, test } from "vitest";
import { decode } from "../codec/decode.ts";
import { fileSecret, sdsConfig, secretKeys } from "./secret.ts";
import { SDS } from "./type-url.ts";

const secret = { namespace: "default", name: "a" };

test("a secret is fetched by name over the aggregated stream, and waited for no longer than 15 seconds", () => {
  const source = { ads: {}, resource_api_version: "V3", initial_fetch_timeout: "15s" };
  expect(sdsConfig({ kind: "tls", secret })).toEqual({ name: "tls/default/a", sds_config: source });
});

test("what a resource uses is what it refers to", () => {
  expect(secretKeys()).toEqual([]);
  expect(secretKeys([{ reference: { kind: "ca", secret } }])).toEqual([{ type: SDS, name: "ca/secret/default/a" }]);
});

test("files on the machine of the proxy are named in a Secret that is treated like any other", () => {
  const pair = fileSecret({ kind: "tls-file", certificate: "/a.crt", key: "/a.key" });
  expect(pair).toMatchObject({ type: SDS, refs: [], sensitive: true });
  expect(decode("google.protobuf.Any", pair?.body ?? new Uint8Array())).toMatchObject({
    name: pair?.name,
    tls_certificate: { certificate_chain: { filename: "/a.crt" }, private_key: { filename: "/a.key" } },
  });
  const authorities = fileSecret({ kind: "ca-file", path: "/ca.crt" });
  expect(decode("google.protobuf.Any", authorities?.body ?? new Uint8Array())).toMatchObject({
    validation_context: { trusted_ca: { filename: "/ca.crt" } },
  });
});

test("what needs bytes of a secret is no such Secret", () => {
  expect(fileSecret({ kind: "tls", secret })).toBeUndefined();
  expect(fileSecret({ kind: "ca", secret })).toBeUndefined();
  expect(fileSecret({ kind: "ca-file", path: "/ca.crt", crl: secret })).toBeUndefined();
});
