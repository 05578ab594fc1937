import { describe, expect, test } from "vitest";
import { type SecretReference, secretIds, secretName } from "./secret.ts";

const server = { namespace: "default", name: "a-cert" };
const clients = { namespace: "pki", name: "clients" };
const revoked = { namespace: "default", name: "revoked" };

describe("a reference", () => {
  test.each<[SecretReference, string, readonly unknown[]]>([
    [{ kind: "tls", secret: server }, "tls/default/a-cert", [server]],
    [{ kind: "ca", secret: clients }, "ca/secret/pki/clients", [clients]],
    [{ kind: "ca", secret: clients, crl: revoked }, "ca/secret/pki/clients+crl/default/revoked", [clients, revoked]],
    [{ kind: "tls-file", certificate: "/a.crt", key: "/a.key" }, "tls-file/3fe8d5bb", []],
    [{ kind: "ca-file", path: "/ca.crt" }, "ca-file/39048b96", []],
    [{ kind: "ca-file", path: "/ca.crt", crl: revoked }, "ca-file/39048b96+crl/default/revoked", [revoked]],
  ])("%j is called %s", (reference, name, ids) => {
    expect(secretName(reference)).toBe(name);
    expect(secretIds(reference)).toEqual(ids);
  });

  test("to other files has another name", () => {
    const name = (certificate: string, key: string) => secretName({ kind: "tls-file", certificate, key });
    expect(new Set([name("/a", "/b"), name("/b", "/a"), name("/a/b", "")]).size).toBe(3);
  });
});
