import { expect, test } from "vitest";
import { parse } from "yaml";
import { documentOf } from "../../../test/support/ambassador.ts";
import { buildFiles } from "../../build/offline.ts";
import type { JsonObject } from "../../model/json.ts";
import { defaultFleet } from "../portolan/fleet.ts";
import { kubernetes } from "./kubernetes.ts";

function check(kind: string, text: string) {
  return kubernetes.check(documentOf(kind, "web", "shop", parse(text) as JsonObject));
}

test("reads the TCP ports of a Service, and the name that one of type ExternalName stands for", () => {
  const { spec, findings } = check(
    "Service",
    `{clusterIP: None, ports: [{name: web, port: 80, targetPort: http}, {port: 53, protocol: UDP}, {port: 81}]}`,
  );
  const ports = [
    { name: "web", port: 80, targetPort: "http" },
    { name: "", port: 81, targetPort: undefined },
  ];
  expect(spec).toEqual({ kind: "Service", ports });
  expect(findings).toEqual([]);
  expect(check("Service", `{type: ExternalName, externalName: DB.example.com.}`).spec).toMatchObject({ externalName: "db.example.com" });
  expect(check("Service", `{type: ClusterIP, externalName: db.example.com}`).spec).toEqual({ kind: "Service", ports: [] });
});

test.each([
  ["ready absent", `{addresses: [10.0.0.1]}`, [{ ip: "10.0.0.1", draining: false }]],
  [
    "ready",
    `{addresses: ["10.0.0.1", "10.0.0.9"], conditions: {ready: true}, zone: z1}`,
    [{ ip: "10.0.0.1", zone: "z1", draining: false }],
  ],
  ["not ready", `{addresses: [10.0.0.1], conditions: {ready: false}}`, []],
  ["not ready, serving", `{addresses: [10.0.0.1], conditions: {ready: false, serving: true}}`, [{ ip: "10.0.0.1", draining: false }]],
  [
    "terminating, serving",
    `{addresses: ["fd00:0::1"], conditions: {ready: false, serving: true, terminating: true}}`,
    [{ ip: "fd00::1", draining: true }],
  ],
  ["terminating, not serving", `{addresses: [10.0.0.1], conditions: {ready: false, serving: false, terminating: true}}`, []],
  ["no address", `{addresses: [pod-1]}`, []],
])("an endpoint of an EndpointSlice: %s", (_, endpoint, addresses) => {
  expect(check("EndpointSlice", `{addressType: IPv4, endpoints: [${endpoint}]}`).spec).toMatchObject({
    groups: [{ ports: undefined, addresses }],
  });
});

test("an EndpointSlice of names has no addresses, and one belongs to the Service of its label", () => {
  expect(check("EndpointSlice", `{addressType: FQDN, endpoints: [{addresses: [a.example.com]}]}`).spec).toMatchObject({ groups: [] });
  const labelled = documentOf("EndpointSlice", "web-x", "shop", { addressType: "IPv4" }, { "kubernetes.io/service-name": "web" });
  expect(kubernetes.attach(kubernetes.check(labelled), defaultFleet.settings)).toEqual([
    { to: "services", name: "EndpointSlice shop/web" },
  ]);
});

test("of Endpoints those that are ready", () => {
  const { spec } = check(
    "Endpoints",
    `{subsets: [{addresses: [{ip: 10.0.0.1}], notReadyAddresses: [{ip: 10.0.0.2}], ports: [{port: 80}, {port: 53, protocol: UDP}]}]}`,
  );
  expect(spec).toEqual({
    kind: "Endpoints",
    service: "web",
    groups: [{ ports: [{ name: "", port: 80 }], addresses: [{ ip: "10.0.0.1", draining: false }] }],
  });
});

test("of a Service what cannot be read is passed over, with its place", () => {
  const { spec, findings } = check("Service", `[]`);
  expect(spec).toEqual({ kind: "Service", ports: [] });
  expect(findings).toMatchObject([{ code: "document/wrong-type", effect: "field-ignored", pointer: "/spec" }]);
});

test("other kinds of the same groups are passed over", async () => {
  const { problems } = await buildFiles(
    new Map([
      [
        "a.yaml",
        `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: 5}\n---\n{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: 5}}\n`,
      ],
    ]),
  );
  expect(problems.map(({ code, at }) => `${at.line} ${code}`)).toEqual(["3 document/wrong-type"]);
});
