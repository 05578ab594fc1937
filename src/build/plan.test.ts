import { expect, test } from "vitest";
import { buildFiles } from "./offline.ts";

const text = `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: any}
spec: {hostname: "*", requestPolicy: {insecure: {action: Route}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: cart}
spec: {hostname: "*", prefix: /cart/, service: cart}
---
apiVersion: portolan.dev/v1alpha1
kind: Upstream
metadata: {name: cart}
spec: {addresses: ["10.0.0.1:80"]}
`;

test("a plan holds listeners, virtual hosts, upstreams and endpoint sets, each with its documents", async () => {
  const [fleet] = (await buildFiles(new Map([["a.yaml", text]]))).fleets;
  const plan = fleet?.plan();
  expect(plan?.listeners.map(({ port }) => port)).toEqual([8080]);
  expect(plan?.hosts.map(({ host, routes }) => [host, routes.map(({ name }) => name)])).toEqual([["*", ["default/cart"]]]);
  const [upstream] = plan?.upstreams.values() ?? [];
  expect(upstream?.statName).toBe("cart");
  expect([...(plan?.endpointSets.keys() ?? [])]).toEqual(["upstream/default/cart"]);
  const origins = upstream?.origins ?? [];
  expect((await fleet?.places(origins))?.map(({ path, line }) => `${path}:${line}`)).toEqual(["a.yaml:11", "a.yaml:16"]);
});
