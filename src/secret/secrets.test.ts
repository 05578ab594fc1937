import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Authority, type Pair } from "../../test/support/certificates.ts";
import { decode } from "../codec/decode.ts";
import type { JsonObject } from "../model/json.ts";
import type { SecretReference, SecretUse } from "../model/secret.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { nextSnapshot } from "../snapshot/snapshots.ts";
import { DirectoryProvider } from "./directory.ts";
import { EnvironmentProvider } from "./environment.ts";
import { Secrets } from "./secrets.ts";

const day = 24 * 60 * 60 * 1000;
const web: SecretReference = { kind: "tls", secret: { namespace: "shop", name: "web-cert" } };
const clients: SecretReference = { kind: "ca", secret: { namespace: "shop", name: "clients" } };
const name = "tls/shop/web-cert";

let made: string;
let authority: Authority;
let pair: Pair;
let other: Pair;
beforeAll(() => {
  made = mkdtempSync(join(tmpdir(), "secrets-"));
  authority = new Authority(made);
  pair = authority.issue("web", "DNS:a.example,DNS:*.b.example", 100);
  other = authority.issue("other", "DNS:a.example", 100);
});
afterAll(() => rmSync(made, { recursive: true }));

let path: string;
let now: number;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "provider-"));
  now = Date.now();
});
afterEach(() => rmSync(path, { recursive: true }));

const put = (id: string, files: Readonly<Record<string, string | Uint8Array>>) => {
  mkdirSync(join(path, id), { recursive: true });
  for (const [key, bytes] of Object.entries(files)) writeFileSync(join(path, id, key), bytes);
};
const putPair = ({ cert, key }: Pair) => put("shop/web-cert", { "tls.crt": readFileSync(cert), "tls.key": readFileSync(key) });

function snapshot(...uses: readonly (SecretReference | SecretUse)[]): Snapshot {
  const secrets = uses.map((use) => ("reference" in use ? use : { reference: use }));
  return nextSnapshot(undefined, "1".repeat(40), "edge", [], [], secrets);
}

function serve(of: Snapshot, environment: Record<string, string> = {}) {
  const providers = [new DirectoryProvider("mounted", path), new EnvironmentProvider("variables", "S_", environment)];
  const secrets = new Secrets(providers, () => now);
  secrets.publish(of);
  secrets.read(of.secrets.length);
  return {
    secrets,
    names: () => [...secrets.of(of).resources.keys()],
    version: () => secrets.of(of).resources.get(name)?.version,
    body(of_ = name): JsonObject {
      const body = secrets.of(of).resources.get(of_)?.body;
      return decode("google.protobuf.Any", body ?? new Uint8Array());
    },
    codes: () => secrets.findings().map(({ code, severity }) => (severity === undefined ? code : `${code} ${severity}`)),
    messages: () => secrets.findings().map(({ message }) => message),
  };
}

describe("what is served", () => {
  test("is what the snapshot refers to, and nothing else", () => {
    putPair(pair);
    put("shop/unused", { "tls.crt": readFileSync(other.cert), "tls.key": readFileSync(other.key) });
    const { names, body, secrets, codes } = serve(snapshot(web));
    expect(names()).toEqual([name]);
    const { tls_certificate: certificate } = body() as { tls_certificate: Record<string, { inline_bytes: string }> };
    expect(Buffer.from(certificate.certificate_chain?.inline_bytes ?? "", "base64")).toEqual(readFileSync(pair.cert));
    expect(Buffer.from(certificate.private_key?.inline_bytes ?? "", "base64")).toEqual(readFileSync(pair.key));
    expect(secrets.of(snapshot()).resources.size).toBe(0);
    expect(codes()).toEqual([]);
  });

  test("is sensitive, and its version follows from the certificate alone", () => {
    putPair(pair);
    const first = serve(snapshot(web));
    const again = serve(snapshot(web));
    expect(first.version()).toMatch(/^[0-9a-f]{24}$/);
    expect(again.version()).toBe(first.version());
    expect(first.secrets.of(snapshot(web)).resources.get(name)?.sensitive).toBe(true);
    putPair(other);
    expect(serve(snapshot(web)).version()).not.toBe(first.version());
  });

  test("of authorities has one version in every process, and another with other authorities", async () => {
    const version = async (file: string) => {
      vi.resetModules();
      const { materialOf } = await import("./material.ts");
      return materialOf(clients, [new Map([["ca.crt", readFileSync(file)]])]).resource.version;
    };
    expect(await version(authority.ca.cert)).toMatch(/^[0-9a-f]{24}$/);
    expect(await version(authority.ca.cert)).toBe(await version(authority.ca.cert));
    expect(await version(pair.cert)).not.toBe(await version(authority.ca.cert));
  });

  test.each([
    ["tls.crt", {}],
    ["ca.crt", {}],
    ["root-cert.pem", {}],
  ])("is an authority from %s", (key) => {
    put("shop/clients", { [key]: readFileSync(authority.ca.cert) });
    const { body, codes } = serve(snapshot(clients));
    expect(body("ca/secret/shop/clients")).toMatchObject({
      validation_context: { trusted_ca: { inline_bytes: readFileSync(authority.ca.cert).toString("base64") } },
    });
    expect(codes()).toEqual([]);
  });

  test("is a list of revoked certificates with its authority, or with one in a file of the proxy", () => {
    const crl = "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n";
    put("shop/clients", { "ca.crt": readFileSync(authority.ca.cert) });
    put("shop/revoked", { "crl.pem": crl });
    const revoked = { namespace: "shop", name: "revoked" };
    const { body, names } = serve(snapshot({ ...clients, crl: revoked }, { kind: "ca-file", path: "/ca.crt", crl: revoked }));
    const inline = { inline_bytes: Buffer.from(crl).toString("base64") };
    expect(body("ca/secret/shop/clients+crl/shop/revoked")).toMatchObject({ validation_context: { crl: inline } });
    const file = names().find((one) => one.startsWith("ca-file/"));
    expect(body(file)).toMatchObject({ validation_context: { trusted_ca: { filename: "/ca.crt" }, crl: inline } });
  });

  test.each(["rsa", "sec1", "pkcs1"])("is a pair whose key is %s", (form) => {
    const key = join(path, "key.pem");
    const cert = join(path, "cert.pem");
    const old = join(path, "old.pem");
    const algorithm = form === "sec1" ? ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] : ["rsa:2048"];
    execFileSync("openssl", ["req", "-x509", "-newkey", ...algorithm, "-nodes", "-subj", "/CN=a", "-keyout", key, "-out", cert], {
      stdio: "pipe",
    });
    if (form !== "rsa") execFileSync("openssl", ["pkey", "-in", key, "-traditional", "-out", old], { stdio: "pipe" });
    put("shop/web-cert", { "cert-chain.pem": readFileSync(cert), "key.pem": readFileSync(form === "rsa" ? key : old) });
    const { names } = serve(snapshot(web));
    expect(names()).toEqual([name]);
  });
});

describe("what cannot be used is not sent", () => {
  test.each<[string, string, () => void, RegExp]>([
    ["a missing one", "secret/missing", () => undefined, /shop\/web-cert is not there/],
    ["an empty directory", "secret/missing", () => put("shop/web-cert", {}), /is not there/],
    ["a pair of two halves", "secret/invalid", () => putPair({ cert: pair.cert, key: other.key }), /do not belong together/],
    ["no key", "secret/invalid", () => put("shop/web-cert", { "tls.crt": readFileSync(pair.cert) }), /no key tls\.key or key\.pem/],
    [
      "no certificate",
      "secret/invalid",
      () => put("shop/web-cert", { "tls.crt": "x", "tls.key": readFileSync(pair.key) }),
      /no certificate/,
    ],
    [
      "a broken certificate",
      "secret/invalid",
      () => put("shop/web-cert", { "tls.crt": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "tls.key": "y" }),
      /certificate 1 of tls\.crt cannot be parsed/,
    ],
    [
      "a broken key",
      "secret/invalid",
      () => put("shop/web-cert", { "tls.crt": readFileSync(pair.cert), "tls.key": "hunter2" }),
      /no private key/,
    ],
    ["a large file", "secret/invalid", () => put("shop/web-cert", { "tls.crt": Buffer.alloc(1024 * 1024 + 1) }), /larger than 1 MiB/],
  ])("%s", (_, code, prepare, message) => {
    prepare();
    const { names, codes, messages } = serve(snapshot(web));
    expect(names()).toEqual([]);
    expect(codes()).toEqual([code]);
    expect(messages()[0]).toMatch(message);
    expect(messages()[0]).not.toContain("hunter2");
  });

  test("an expired one", () => {
    putPair(pair);
    now += 101 * day;
    const { names, codes } = serve(snapshot(web));
    expect(names()).toEqual([]);
    expect(codes()).toEqual(["secret/expired"]);
  });

  test("an authority that wants to decide what no document does", () => {
    put("shop/clients", { "ca.crt": readFileSync(authority.ca.cert), cert_required: "True\n" });
    const undecided = serve(snapshot({ reference: clients, undecided: true }));
    expect(undecided.names()).toEqual([]);
    expect(undecided.codes()).toEqual(["ambassador/cert-required-in-secret"]);
    expect(serve(snapshot(clients)).names()).toEqual(["ca/secret/shop/clients"]);
  });
});

describe("what is new in a snapshot", () => {
  const all = (secrets: Secrets, of: Snapshot) => [[...secrets.of(of).resources.keys()], [...secrets.of(of).unread]];

  test("is neither there nor missing before it was looked for", () => {
    const of = snapshot(web, clients);
    put("shop/clients", { "ca.crt": readFileSync(authority.ca.cert) });
    const secrets = new Secrets([new DirectoryProvider("mounted", path)], () => now);
    secrets.publish(of);
    expect([all(secrets, of), secrets.findings(), secrets.look(), secrets.show()]).toEqual([
      [[], [name, "ca/secret/shop/clients"]],
      [],
      false,
      false,
    ]);
    expect(secrets.read(1)).toBe(true);
    expect(secrets.findings().map(({ code }) => code)).toEqual(["secret/missing"]);
    expect(secrets.read(1)).toBe(false);
    expect(all(secrets, of)[1]).toHaveLength(2);
    expect([secrets.show(), secrets.show()]).toEqual([true, false]);
    expect(all(secrets, of)).toEqual([["ca/secret/shop/clients"], []]);
  });

  test("does not take away what was read before, be it used for other names", () => {
    putPair(pair);
    const { secrets } = serve(snapshot(web));
    const next = snapshot({ reference: web, hosts: ["c.example"] }, clients);
    secrets.publish(next);
    expect(all(secrets, next)).toEqual([[name], ["ca/secret/shop/clients"]]);
    expect(secrets.findings().map(({ code }) => code)).toEqual(["secret/invalid"]);
  });

  test("is read again if it may not be sent for its new use", () => {
    put("shop/clients", { "ca.crt": readFileSync(authority.ca.cert), cert_required: "true" });
    const { secrets, names } = serve(snapshot(clients));
    expect(names()).toHaveLength(1);
    const next = snapshot({ reference: clients, undecided: true });
    secrets.publish(next);
    expect(all(secrets, next)).toEqual([[], ["ca/secret/shop/clients"]]);
  });
});

describe("rotation", () => {
  test("is seen without a commit, once", () => {
    putPair(pair);
    const { secrets, version } = serve(snapshot(web));
    const before = version();
    expect(secrets.look()).toBe(false);
    putPair(other);
    expect(secrets.look()).toBe(true);
    expect(version()).not.toBe(before);
    expect(secrets.look()).toBe(false);
  });

  test("is seen when it is the turn of the secret", () => {
    putPair(pair);
    put("shop/clients", { "ca.crt": readFileSync(authority.ca.cert) });
    const { secrets } = serve(snapshot(web, clients));
    expect(secrets.count).toBe(2);
    put("shop/clients", { "ca.crt": readFileSync(other.cert) });
    expect([secrets.look(1), secrets.look(1), secrets.look(1)].filter((changed) => changed)).toEqual([true]);
  });

  test("is a swap of the whole pair: half of it is not used, and the one from before stays", () => {
    putPair(pair);
    const { secrets, version, codes, messages } = serve(snapshot(web));
    const before = version();
    put("shop/web-cert", { "tls.crt": readFileSync(other.cert) });
    expect(secrets.look()).toBe(false);
    expect(version()).toBe(before);
    expect(codes()).toEqual(["secret/invalid"]);
    expect(messages()[0]).toContain("the one from before is still sent");
    put("shop/web-cert", { "tls.key": readFileSync(other.key) });
    expect(secrets.look()).toBe(true);
    expect(codes()).toEqual([]);
  });

  test("follows the ..data link of a mounted volume", () => {
    for (const [folder, of] of [["v1", pair] as const, ["v2", other] as const]) {
      put(`shop/web-cert/..${folder}`, {});
      cpSync(of.cert, join(path, `shop/web-cert/..${folder}/tls.crt`));
      cpSync(of.key, join(path, `shop/web-cert/..${folder}/tls.key`));
    }
    const link = join(path, "shop/web-cert/..data");
    symlinkSync("..v1", link);
    const { secrets, version } = serve(snapshot(web));
    const before = version();
    symlinkSync("..v2", `${link}_tmp`);
    renameSync(`${link}_tmp`, link);
    expect(secrets.look()).toBe(true);
    expect(version()).not.toBe(before);
  });

  test("that takes the secret away leaves nothing to send, and what comes back is sent", () => {
    putPair(pair);
    const { secrets, names, codes } = serve(snapshot(web));
    rmSync(join(path, "shop/web-cert"), { recursive: true });
    expect(secrets.look()).toBe(true);
    expect([names(), codes()]).toEqual([[], ["secret/missing"]]);
    putPair(pair);
    expect(secrets.look()).toBe(true);
    expect([names(), codes()]).toEqual([[name], []]);
  });

  test("to an expired certificate is none", () => {
    putPair(pair);
    const { secrets, version, codes } = serve(snapshot(web));
    const before = version();
    putPair(authority.issue("old", "DNS:a.example", -1));
    expect(secrets.look()).toBe(false);
    expect(version()).toBe(before);
    expect(codes()).toEqual(["secret/expired"]);
  });
});

describe("certificates grow old", () => {
  test.each([
    [78, []],
    [80, ["secret/expiring"]],
    [101, ["secret/expired"]],
  ])("after %i days of 100: %j, and stay", (days, expected) => {
    putPair(pair);
    const { names, codes } = serve(snapshot(web));
    now += days * day;
    expect(codes()).toEqual(expected);
    expect(names()).toEqual([name]);
  });

  test.each([
    [["a.example", "x.b.example", "*.b.example", "*"], []],
    [["c.example"], ["secret/invalid warning"]],
    [["*.a.example"], ["secret/invalid warning"]],
  ])("and are for these names: %j", (hosts, expected) => {
    putPair(pair);
    const { names, codes } = serve(snapshot({ reference: web, hosts }));
    expect(codes()).toEqual(expected);
    expect(names()).toEqual([name]);
  });
});

describe("the environment", () => {
  const variables = (stem: string, { cert, key }: Pair) => ({
    [`${stem}_TLS_CRT`]: readFileSync(cert, "utf8"),
    [`${stem}_TLS_KEY`]: readFileSync(key, "utf8"),
  });

  test("comes after the directory, as configured", () => {
    const { version } = serve(snapshot(web), variables("S_SHOP_WEB_CERT", other));
    const fromVariables = version();
    expect(fromVariables).toBeDefined();
    putPair(pair);
    expect(serve(snapshot(web), variables("S_SHOP_WEB_CERT", other)).version()).not.toBe(fromVariables);
  });

  test("with one spelling for two secrets gives neither", () => {
    const a: SecretReference = { kind: "tls", secret: { namespace: "shop", name: "a-b" } };
    const b: SecretReference = { kind: "tls", secret: { namespace: "shop-a", name: "b" } };
    const { names, messages } = serve(snapshot(a, b), variables("S_SHOP_A_B", pair));
    expect(names()).toEqual([]);
    expect(messages()).toEqual([0, 1].map(() => expect.stringContaining("S_SHOP_A_B_… would belong to several secrets")));
  });
});

test("lines of a private key are taken out of a text", () => {
  putPair(pair);
  const { secrets } = serve(snapshot(web));
  const [, line = ""] = readFileSync(pair.key, "utf8").split("\n");
  expect(secrets.redact(`Failed to load ${line}!`)).toBe("Failed to load [redacted]!");
});
