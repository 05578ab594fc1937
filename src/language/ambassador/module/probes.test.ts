import { expect, test } from "vitest";
import { fleet, plan, routes } from "../../../../test/support/ambassador.ts";

const module = (config: string, name = "ambassador") => `"Module ${name}": {config: {${config}}}`;
const withProbes = { ...fleet, languages: { ambassador: { probeRoutes: true } } };
const mapping = `"Mapping m": {hostname: "*", prefix: /, service: m}`;

test("a probe with a service is a Mapping on every Host, whatever its selector", () => {
  const host = `"Host s": {hostname: s.example.com, mappingSelector: {matchLabels: {a: b}}, requestPolicy: {insecure: {action: Route}}}`;
  const planned = plan(
    `${host}, ${module("readiness_probe: {service: 'ready:81'}, liveness_probe: {service: live, prefix: /live, rewrite: /x}")}`,
  );
  expect(routes(planned)).toEqual([
    {
      prefix: "/ambassador/v0/check_ready",
      to: "ready_81",
      rewrite: { kind: "prefix", value: "/ambassador/v0/check_ready" },
      timeout: 10_000,
    },
    { prefix: "/live", to: "live", rewrite: { kind: "prefix", value: "/x" }, timeout: 10_000 },
  ]);
  expect(planned.problems).toEqual([]);
});

test("one that is off, or names no service, is none", () => {
  expect(routes(plan(module("readiness_probe: {enabled: false, service: a}, liveness_probe: {prefix: /live}")))).toEqual([]);
});

test("only those of the Module that counts are served", () => {
  const other = module("readiness_probe: {service: other}", "ambassador.team");
  const planned = plan(`${module("readiness_probe: {service: own}")}, ${other}`);
  expect(routes(planned)).toMatchObject([{ to: "own" }]);
  expect(planned.problems).toEqual(["ambassador/duplicate-module Module/team/ambassador"]);
});

test("what is wrong with a probe leaves only the probe out", () => {
  const planned = plan(`${module("readiness_probe: {service: a, prefix: ready}, server_name: gate")}, ${mapping}`);
  expect(planned.findings).toMatchObject([
    { code: "ambassador/bad-prefix", effect: "slice-dropped", pointer: "/spec/config/readiness_probe" },
  ]);
  expect(planned.listeners[0]?.options[0]?.value).toMatchObject({ server_name: "gate" });
  expect(routes(planned)).toMatchObject([{ to: "m" }]);
});

test("probeRoutes answers the probes of Emissary for everybody, insecure requests too, and leaves each redirect its own", () => {
  const listener = `"Listener l": {port: 8443, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}`;
  const host = `"Host a": {hostname: a.example.com, tlsSecret: {name: x}}`;
  const auth = `"AuthService au": {auth_service: auth}`;
  const planned = plan(`${listener}, ${host}, ${auth}, ${mapping}`, withProbes);
  const probe = (name: string) => ({
    prefix: `/ambassador/v0/${name}`,
    respond: 200,
    filters: { ext_authz: { disabled: true } },
  });
  expect(routes(planned, "default.l/cleartext/a.example.com")).toEqual([
    probe("check_ready"),
    probe("check_alive"),
    { prefix: "/", redirect: { https: true }, filters: { ext_authz: { disabled: true } } },
  ]);
  expect(routes(planned, "default.l/tls-a.example.com/a.example.com")).toMatchObject([
    probe("check_ready"),
    probe("check_alive"),
    { to: "m" },
  ]);
  const redirect = planned.tables.get("default.l/cleartext/a.example.com")?.virtualHost.routes.at(-1);
  expect(redirect?.name).toBe("default/m");
});

test("a Mapping of the same prefix has said otherwise", () => {
  const planned = plan(module("liveness_probe: {service: live}"), withProbes);
  expect(routes(planned)).toMatchObject([{ prefix: "/ambassador/v0/check_ready", respond: 200 }, { to: "live" }]);
});

test("without the setting there are none", () => {
  expect(routes(plan(mapping))).toMatchObject([{ to: "m" }]);
});
