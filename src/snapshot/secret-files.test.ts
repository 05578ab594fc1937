import { expect, test } from "vitest";
import { type SecretReference, secretName } from "../model/secret.ts";
import { secretFiles } from "./secret-files.ts";

const secret = { namespace: "shop", name: "web" };
const crl = { namespace: "shop", name: "revoked" };
const file = (path: string) => ({ filename: `/keys/${path}` });

test.each<[SecretReference, object | undefined]>([
  [{ kind: "tls", secret }, { tls_certificate: { certificate_chain: file("shop/web/tls.crt"), private_key: file("shop/web/tls.key") } }],
  [{ kind: "ca", secret }, { validation_context: { trusted_ca: file("shop/web/ca.crt") } }],
  [{ kind: "ca", secret, crl }, { validation_context: { trusted_ca: file("shop/web/ca.crt"), crl: file("shop/revoked/crl.pem") } }],
  [
    { kind: "ca-file", path: "/ca.pem", crl },
    { validation_context: { trusted_ca: { filename: "/ca.pem" }, crl: file("shop/revoked/crl.pem") } },
  ],
  [{ kind: "ca-file", path: "/ca.pem" }, undefined],
  [{ kind: "tls-file", certificate: "/a", key: "/b" }, undefined],
])("%j", (reference, expected) => {
  const files = secretFiles([{ reference }], "/keys");
  expect(files).toEqual(expected === undefined ? [] : [{ name: secretName(reference), ...expected }]);
});
