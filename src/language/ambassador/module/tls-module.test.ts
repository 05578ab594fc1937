import { expect, test } from "vitest";
import { plan, routes } from "../../../../test/support/ambassador.ts";

const mapping = `"Mapping m": {hostname: "*", prefix: /, service: m, tls: server}`;
const secrets = (config: string) => {
  const planned = plan(`"Module tls": {config: ${config}}, ${mapping}`);
  return {
    of: planned.upstreams[0]?.secrets?.map(({ reference }) => JSON.stringify(reference)).sort(),
    problems: planned.problems,
    planned,
  };
};

test("is a TLSContext server, with the secrets of old", () => {
  const { of, problems, planned } = secrets("{server: {enabled: true}, client: {enabled: true}}");
  expect(routes(planned)).toMatchObject([{ to: "m+tls.server.default" }]);
  expect(of?.join()).toContain("ambassador-certs");
  expect(of?.join()).toContain("ambassador-cacert");
  expect(problems).toEqual(["document/deprecated-field Module/default/tls"]);
});

test("has its own secrets and fields, and tells of a wrong one at its place", () => {
  const { of, planned } = secrets("{server: {secret: a.x, min_tls_version: v1.2, alpn: h2}, client: {secret: b}}");
  expect(of?.join()).toContain('"a"');
  expect(of?.join()).toContain('"b"');
  expect(planned.findings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
    "document/deprecated-field /metadata/name",
    "document/unknown-field /spec/config/server/alpn",
  ]);
});

test("without authorities clients are not asked", () => {
  const { of } = secrets("{server: {secret: a}}");
  expect(of?.join()).not.toContain("ambassador-cacert");
});
