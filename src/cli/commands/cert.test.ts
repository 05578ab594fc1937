import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Bench } from "../../../test/protocol/bench.ts";
import { cluster } from "../../../test/protocol/resources.ts";
import { cli } from "../../../test/support/cli.ts";
import { CDS } from "../../envoy/type-url.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "portolan-cert-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const path = (name: string) => join(dir, "pki", name);
const text = (name: string) => readFileSync(path(name), "utf8");
const certificate = (name: string) => new X509Certificate(text(`${name}.crt`));
const cert = (...args: readonly string[]) => cli(["cert", ...args, "--dir", path("")]);

test("two commands make an authority and a certificate of it for the server; none of them prints a key", async () => {
  const made = await cert("init-ca", "--name", "Edge CA-1");
  const issued = await cert("issue", "server", "--dns", "portolan.example", "--ip", "10.0.0.5");
  expect([made.code, issued.code]).toEqual([0, 0]);
  expect(made.stdout + made.stderr + issued.stdout + issued.stderr).not.toContain("PRIVATE");
  const [ca, server] = [certificate("ca"), certificate("server")];
  expect(ca.ca).toBe(true);
  expect(ca.subject).toBe("CN=Edge CA-1");
  expect(server.ca).toBe(false);
  expect(server.checkIssued(ca) && server.verify(ca.publicKey)).toBe(true);
  expect(server.checkHost("portolan.example")).toBe("portolan.example");
  expect(server.checkIP("10.0.0.5")).toBe("10.0.0.5");
  expect(server.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(server.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  expect(Date.now() - server.validFromDate.getTime()).toBeGreaterThan(4 * 60_000);
  for (const name of ["ca", "server"]) {
    const { asymmetricKeyDetails, asymmetricKeyType } = createPrivateKey(text(`${name}.key`));
    expect([asymmetricKeyType, asymmetricKeyDetails?.namedCurve]).toEqual(["ec", "prime256v1"]);
    expect(statSync(path(`${name}.key`)).mode & 0o777).toBe(0o600);
  }
});

test("a node has a SPIFFE id, percent-encoded, for which its files are named too", async () => {
  await cert("init-ca");
  const { stdout } = await cert("issue", "node", "edge/1", "--trust-domain", "example.org");
  expect(stdout).toBe(`${path("nodes/edge%2F1.crt")}\n${path("nodes/edge%2F1.key")}\n`);
  expect(certificate("nodes/edge%2F1").subjectAltName).toBe("URI:spiffe://example.org/edge%2F1");
  expect(certificate("nodes/edge%2F1").keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
});

test("a server and a node that have such certificates accept each other", async () => {
  await cert("init-ca");
  await cert("issue", "server", "--ip", "127.0.0.1");
  await cert("issue", "node", "edge-1");
  const tls = { cert: path("server.crt"), key: path("server.key"), clientCa: path("ca.crt") };
  const bench = await new Bench().start({}, { tls });
  try {
    bench.publish(1, cluster("a"));
    const own = { ca: text("ca.crt"), cert: text("nodes/edge-1.crt"), key: text("nodes/edge-1.key") };
    const client = bench.client("DA", "edge-1", own);
    client.ask(CDS);
    await client.take(CDS, "a=1");
    expect(bench.fleet.node("edge-1")?.peer?.identity?.name).toBe("spiffe://portolan/edge-1");
  } finally {
    await bench.close();
  }
});

describe("what stands stays", () => {
  test("an authority", async () => {
    await cert("init-ca");
    const before = text("ca.key");
    const { code, stderr } = await cert("init-ca");
    expect([code, text("ca.key")]).toEqual([5, before]);
    expect(stderr).toContain("is not overwritten");
  });

  test.each([
    [90, [], false],
    [90, ["--force"], true],
  ] as const)("a certificate of %i days, with %j renewed: %j", async (days, more, renewed) => {
    await cert("init-ca");
    await cert("issue", "node", "edge-1", "--days", `${days}`);
    const before = text("nodes/edge-1.crt");
    const { code, stderr } = await cert("issue", "node", "edge-1", ...more);
    expect(code).toBe(0);
    expect(text("nodes/edge-1.crt") !== before).toBe(renewed);
    expect(stderr.includes("--force renews it")).toBe(!renewed);
  });
});

test.each([
  [["issue", "server", "--dns", "a"], /run portolan cert init-ca/],
  [["init-ca", "--name", 'a"b'], /Expected up to 64 letters/],
  [["issue", "server", "--dns", "a,b"], /Expected a host name/],
  [["issue", "server"], /say with --dns or --ip/],
  [["issue", "server", "x", "--dns", "a"], /the server has no id/],
  [["issue", "server", "--ip", "a"], /Expected an IP address/],
  [["issue", "node"], /say the id of the node/],
  [["issue", "node", "a", "--dns", "b"], /are for the server/],
  [["issue", "node", "a", "--trust-domain", "A/B"], /Expected a trust domain/],
  [["issue", "client"], /expected server or node/],
])("%j is refused", async (args, message) => {
  const { code, stderr } = await cert(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
