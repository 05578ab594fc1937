import { expect, test } from "vitest";
import { documentOf, fleet, plan, routes } from "../../../../test/support/ambassador.ts";
import { ambassador } from "../ambassador.ts";

const mapping = (rest: string) => `Mapping p: {hostname: "*", prefix: /pay/, ${rest}}`;

test.each<[string, string, string, string, string[]]>([
  ["https alone", "service: https://pay", "", "pay+tls", ["ambassador/upstream-unverified Mapping/default/p"]],
  ["a context", "service: pay, tls: c", "TLSContext c: {ca_secret: ca}", "pay+tls.c.default", []],
  [
    "a context without authorities",
    "service: pay, tls: c",
    "TLSContext c: {sni: x}",
    "pay+tls.c.default",
    ["ambassador/upstream-unverified Mapping/default/p"],
  ],
  ["a context in another namespace", "service: pay, tls: c", "TLSContext c.team: {ca_secret: ca}", "pay+tls.c.team", []],
  ["a context by its whole name", "service: pay, tls: c.x", "TLSContext c.x: {ca_secret: ca}, TLSContext c.y: {}", "pay+tls.c.x", []],
  [
    "http and a context",
    "service: http://pay, tls: c",
    "TLSContext c: {ca_secret: ca}",
    "pay+tls.c.default",
    ["ambassador/scheme-tls-conflict Mapping/default/p"],
  ],
])("%s", (_, rest, context, name, problems) => {
  const made = plan([mapping(rest), context].filter((one) => one !== "").join(", "));
  expect(made.upstreams).toMatchObject([{ name, discovery: { endpoints: [{ port: 443 }] }, tls: {} }]);
  expect(made.problems).toEqual(problems);
});

test.each([
  ["is missing", "", "ambassador/missing-tlscontext"],
  ["is ambiguous", ", TLSContext c.x: {}, TLSContext c.y: {}", "ambassador/ambiguous-name"],
])("a context that %s lets the route answer by itself", (_, contexts, code) => {
  const made = plan(`${mapping("service: pay, tls: c")}, Mapping root: {hostname: "*", prefix: /, service: web}${contexts}`);
  expect(routes(made)).toEqual([
    { prefix: "/pay/", respond: 503 },
    { prefix: "/", to: "web" },
  ]);
  expect(made.problems).toEqual([`${code} Mapping/default/p`]);
});

test("so does one that is unusable", () => {
  const made = plan(`${mapping("service: pay, tls: c")}, TLSContext c: {min_tls_version: v9}`);
  expect(routes(made)).toEqual([{ prefix: "/pay/", respond: 503 }]);
  expect(made.problems).toEqual(["ambassador/missing-tlscontext Mapping/default/p", "document/bad-enum TLSContext/default/c"]);
});

test("a certificate of the client and the authorities come by name", () => {
  const made = plan(`${mapping("service: pay, tls: up")}, TLSContext up: {secret: client, ca_secret: corp-ca, cert_required: true}`);
  const certificate = { kind: "tls", secret: { namespace: "default", name: "client" } };
  const authorities = { kind: "ca", secret: { namespace: "default", name: "corp-ca" } };
  expect(made.upstreams).toMatchObject([
    { tls: { certificate, authorities }, secrets: [{ reference: certificate }, { reference: authorities }] },
  ]);
});

test("where the fleet wants it, what no context checks is checked by the machine's authorities, with its name", () => {
  const settings = { ...fleet, languages: { ambassador: { verifyUpstreams: "system" } } };
  const made = plan(mapping("service: https://pay"), settings);
  expect(made.upstreams).toMatchObject([
    { name: "pay+tls~1b3104c5", tls: { sni: "pay", trustStore: { path: "/etc/ssl/certs/ca-certificates.crt", host: "pay", isIp: false } } },
  ]);
  expect(made.problems).toEqual([]);
});

test("what a Mapping becomes by itself does not wait for its context", () => {
  const checked = ambassador.check(documentOf("Mapping", "p", "default", { prefix: "/", service: "pay", tls: "elsewhere", hostname: "*" }));
  expect(ambassador.own(checked, fleet).upstreams).toMatchObject([{ name: "pay+tls.elsewhere.default" }]);
});
