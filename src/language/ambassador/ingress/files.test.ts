import { expect, test } from "vitest";
import { buildFiles } from "../../../build/offline.ts";

const base = `
apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: any}
spec: {hostname: "*", requestPolicy: {insecure: {action: Route}}}
`;
const ingressClass = (namespace: string) => `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: amb${namespace}}
spec: {controller: getambassador.io/ingress-controller}
`;
const ingress = `
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: amb
  rules:
  - http:
      paths:
      - path: /a
        backend: {serviceName: a, servicePort: web}
      - path: bad
        backend: {serviceName: b, servicePort: 80}
`;

async function problems(files: Record<string, string>) {
  const built = await buildFiles(new Map(Object.entries(files)));
  return built.problems.map(({ at, code }) => `${at.path}:${at.line} ${code}`);
}

test("what is wrong with an Ingress is told at its node, whichever class it names in any namespace", async () => {
  const found = ["b.yaml:10 ambassador/unknown-port", "b.yaml:12 ambassador/bad-prefix"];
  expect(await problems({ "a.yaml": base, "b.yaml": ingress, "c.yaml": ingressClass(", namespace: other") })).toEqual(found);
  expect(await problems({ "a.yaml": base, "b.yaml": ingress })).toEqual([]);
});

test("an Ingress of Knative is recognised", async () => {
  const knative = "apiVersion: networking.internal.knative.dev/v1alpha1\nkind: Ingress\nmetadata: {name: k}\nspec: {}\n";
  const { problems: found } = await buildFiles(
    new Map([
      ["a.yaml", base],
      ["k.yaml", knative],
    ]),
  );
  expect(found).toMatchObject([{ code: "document/not-served", severity: "info", effect: "none", at: { path: "k.yaml", line: 2 } }]);
});
