import { describe, expect, test } from "vitest";
import { documentOf, plan } from "../../../../test/support/ambassador.ts";
import type { JsonObject } from "../../../model/json.ts";
import { ambassador } from "../ambassador.ts";

const all = "hostBinding: {namespace: {from: ALL}}";
const chains = (made: ReturnType<typeof plan>, name: string) => made.listeners.find((one) => one.name === name)?.chains;

test("a canary is split by shares, on a Listener of its own", () => {
  const made = plan(`TCPMapping s: {port: 2222, service: "ssh:22"}, TCPMapping c: {port: 2222, service: "ssh2:22", weight: 30}`);
  expect(made.listeners.at(-1)).toMatchObject({
    name: "tcp-0.0.0.0-2222",
    port: 2222,
    preludes: [],
    chains: [
      {
        name: "tcp-*",
        handler: {
          kind: "tcp",
          statPrefix: "ingress_tcp_2222",
          targets: [
            { upstream: "ssh2_22", weight: 30 },
            { upstream: "ssh_22", weight: 70 },
          ],
        },
      },
    ],
  });
  expect(made.problems).toEqual(["ambassador/tcp-weights TCPMapping/default/c"]);
});

describe("a host", () => {
  const mapping = `TCPMapping t: {port: 9000, host: db.example.com, service: "db:5432", idle_timeout_ms: 0, stats_name: db}`;

  test("is served with the certificate of a Host that overlaps", () => {
    const made = plan(`${mapping}, Host h: {hostname: "*.example.com", tlsSecret: {name: h}}`);
    expect(made.listeners.at(-1)).toMatchObject({
      name: "tcp-0.0.0.0-9000",
      preludes: ["tls_inspector"],
      secrets: [{ reference: { kind: "tls" } }],
      chains: [
        {
          name: "tcp-db.example.com",
          transport: "tls",
          serverNames: ["db.example.com"],
          tls: { certificate: { secret: { name: "h" } } },
          handler: { statPrefix: "ingress_tls_9000", idleTimeoutMs: 0 },
        },
      ],
    });
    expect(made.problems).toContain("ambassador/tcp-fields TCPMapping/default/t");
  });

  test("is served with the certificate of a context that names it", () => {
    const made = plan(`${mapping}, TLSContext c: {hosts: [db.example.com], secret: c}`);
    expect(chains(made, "tcp-0.0.0.0-9000")).toMatchObject([{ tls: { certificate: { secret: { name: "c" } } } }]);
  });

  test("without a certificate is left out", () => {
    const made = plan(`${mapping}, TLSContext c: {hosts: [other.example.com], secret: c}`);
    expect(chains(made, "tcp-0.0.0.0-9000")).toBeUndefined();
    expect(made.problems).toContain("ambassador/tcp-no-tls TCPMapping/default/t");
  });

  test("on a Listener without TLS is left out", () => {
    const made = plan(`${mapping}, Listener l: {port: 9000, protocol: TCP, securityModel: XFP, ${all}}`);
    expect(made.problems).toContain("ambassador/tcp-tls-mismatch TCPMapping/default/t");
  });

  test("that a Host has too belongs to the TCPMapping", () => {
    const made = plan(`${mapping}, Host h: {hostname: db.example.com, tlsSecret: {name: h}},
      Listener l: {port: 9000, protocol: HTTPS, securityModel: XFP, ${all}}`);
    expect(chains(made, "default.l")).toMatchObject([{ name: "tcp-db.example.com" }, { name: "cleartext" }]);
    expect(made.problems).toContain("ambassador/tcp-host-clash Host/default/h");
  });
});

test("without a host on a Listener with HTTP it has the cleartext, and Hosts have TLS only", () => {
  const made = plan(`TCPMapping t: {port: 8443, service: x}, Host h: {hostname: h.example.com, tlsSecret: {name: h}},
    Listener l: {port: 8443, protocol: HTTPS, securityModel: XFP, ${all}}`);
  expect(chains(made, "default.l")).toMatchObject([{ name: "tcp-*", transport: "raw_buffer" }, { name: "tls-h.example.com" }]);
  expect(made.problems).toEqual(["ambassador/tcp-http-clash TCPMapping/default/t"]);
});

test("what cannot be built keeps its share and leads nowhere", () => {
  const made = plan(`TCPMapping a: {port: 1, service: a, tls: no, weight: 50}, TCPMapping b: {port: 1, service: b, weight: 50}`);
  const targets = [
    { upstream: "portolan/blackhole", weight: 50 },
    { upstream: "b", weight: 50 },
  ];
  expect(chains(made, "tcp-0.0.0.0-1")).toMatchObject([{ handler: { targets } }]);
  expect(made.upstreams.map(({ name }) => name)).toEqual(["b", "portolan/blackhole"]);
  expect(made.problems).toContain("ambassador/missing-tlscontext TCPMapping/default/a");
});

test.each<[string, JsonObject, string]>([
  ["a wildcard for everything", { host: "*" }, "ambassador/bad-hostname-glob left-out /spec/host"],
  ["a wildcard at the end", { host: "a.*" }, "ambassador/bad-hostname-glob left-out /spec/host"],
  ["an address that is none", { address: "here" }, "document/wrong-type left-out /spec/address"],
  ["port 0", { port: 0 }, "document/out-of-range left-out /spec/port"],
])("with %s it is left out", (_, fields, found) => {
  const checked = ambassador.check(documentOf("TCPMapping", "t", "default", { port: 1, service: "x", ...fields }));
  expect(checked.spec).toBeUndefined();
  expect(checked.findings.map(({ code, effect, pointer }) => `${code} ${effect} ${pointer}`)).toEqual([found]);
});
