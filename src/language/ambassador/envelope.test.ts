import { expect, test } from "vitest";
import { plan } from "../../../test/support/ambassador.ts";

test.each<[string, string[]]>([
  ["@HOST", ["/spec/add_request_headers/x-a"]],
  ["a @{HOST_2}.example.com", ["/spec/add_request_headers/x-a"]],
  ["@host @{host} @ @1 @", []],
  ["plain", []],
])("variables of the environment stay as they are written, and are said to: %s (with a dollar sign)", (text, pointers) => {
  const value = text.replaceAll("@", "$");
  const made = plan(`Mapping m: {hostname: "*", prefix: /m/, service: s, add_request_headers: {x-a: "${value}"}}`);
  expect(made.findings.filter(({ code }) => code === "ambassador/unresolved-variable").map(({ pointer }) => pointer)).toEqual(pointers);
  expect(made.hosts.get("*")?.virtualHost.routes[0]?.policy.requestHeaders.add).toMatchObject([{ value }]);
});
