import { expect, test } from "vitest";
import type { SecretReference, SecretServer } from "../model/secret.ts";
import { sdsConfig, secretKeys } from "./secret.ts";
import { isServed, servedName, serverUpstream } from "./secret-server.ts";
import { CDS, SDS } from "./type-url.ts";

const vault: SecretServer = { name: "vault", host: "sds.example", port: 8234 };
const secret = { namespace: "shop", name: "web" };
const crl = { namespace: "pki", name: "revoked" };
const tls: SecretReference = { kind: "tls", secret };
const file: SecretReference = { kind: "ca-file", path: "/ca.crt", crl };

test.each<[SecretReference, string, string]>([
  [tls, "tls/shop/web", "tls:shop.web"],
  [{ kind: "ca", secret }, "ca/secret/shop/web", "ca:shop.web"],
  [{ kind: "ca", secret, crl }, "ca/secret/shop/web+crl/pki/revoked", "ca:shop.web+crl/pki/revoked"],
])("the server knows %j by its name, or by that of the format", (reference, plain, formatted) => {
  expect(isServed(reference)).toBe(true);
  expect(servedName(reference, vault)).toBe(plain);
  expect(servedName(reference, { ...vault, nameFormat: "{kind}:{namespace}.{name}" })).toBe(formatted);
});

test("names are taken as they are, whatever stands in them", () => {
  const odd = { kind: "tls", secret: { namespace: "$&", name: "{namespace}" } } as const;
  expect(servedName(odd, { ...vault, nameFormat: "{name} {namespace} {name}" })).toBe("{namespace} $& {namespace}");
});

test("Envoy asks the server on a stream of its own, through a cluster that what asks refers to", () => {
  expect(sdsConfig(tls, vault)).toEqual({
    name: "tls/shop/web",
    sds_config: {
      api_config_source: {
        api_type: "GRPC",
        transport_api_version: "V3",
        grpc_services: [{ envoy_grpc: { cluster_name: "sds/vault", authority: "sds.example:8234" } }],
      },
      resource_api_version: "V3",
      initial_fetch_timeout: "15s",
    },
  });
  expect(secretKeys([{ reference: tls }, { reference: { kind: "ca", secret } }], vault)).toEqual([{ type: CDS, name: "sds/vault" }]);
  expect(serverUpstream(vault)).toMatchObject({
    name: "sds/vault",
    protocol: "http2",
    discovery: { endpoints: [{ address: "sds.example" }] },
  });
});

test("what names a file of the proxy comes from Portolan", () => {
  expect(isServed(file)).toBe(false);
  expect(sdsConfig(file, vault)).toEqual(sdsConfig(file));
  expect(secretKeys([{ reference: file }, { reference: tls }], vault).map(({ type }) => type)).toEqual([SDS, CDS]);
});
