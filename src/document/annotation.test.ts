import { describe, expect, test } from "vitest";
import { locate } from "./locate.ts";
import { parseFile } from "./parse.ts";

const groups = new Set(["getambassador.io"]);
const read = (text: string) => parseFile(Buffer.from(text), groups);

const service = `apiVersion: apps/v1
kind: Deployment
metadata: {name: quote}
---
apiVersion: v1
kind: Service
metadata:
  name: quote
  namespace: shop
  labels: {team: shop}
  annotations:
    getambassador.io/config: |
      ---
      apiVersion: ambassador/v2
      kind: Mapping
      name: quote-a
      prefix: /a/
      service: quote
      headers:
        x-debug: true
      ---
      apiVersion: getambassador.io/v3alpha1
      kind: Mapping
      metadata: {name: quote-b}
      metadata_labels: {team: other}
      hostname: "*"
      spec: {prefix: /b/, hostname: a}
spec:
  ports: [{port: 80}]
---
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: last}
spec: {}
`;

describe("the documents in an annotation", () => {
  test("are read as if they stood by themselves, behind those of the file", () => {
    const { documents, ignored } = read(service);
    expect(ignored).toBe(2);
    const carrier = { name: "quote", namespace: "shop" };
    expect(documents).toMatchObject([
      { index: 2, value: { metadata: { name: "last" } } },
      {
        index: 3,
        group: "getambassador.io",
        version: "v2",
        kind: "Mapping",
        carrier: { ...carrier, position: 0 },
        value: {
          apiVersion: "getambassador.io/v2",
          kind: "Mapping",
          metadata: { name: "quote-a", namespace: "shop", labels: { team: "shop" } },
          spec: { prefix: "/a/", service: "quote", headers: { "x-debug": true } },
        },
      },
      {
        index: 4,
        version: "v3alpha1",
        carrier: { ...carrier, position: 1 },
        // A field beside an explicit spec goes into it, and over an equal one.
        value: { metadata: { name: "quote-b", namespace: "shop", labels: { team: "other" } }, spec: { prefix: "/b/", hostname: "*" } },
      },
    ]);
  });

  test.each([
    ["a field of the spec", 3, "/spec/prefix", "value", [17, 15]],
    ["a deeper one", 3, "/spec/headers/x-debug", "key", [20, 9]],
    ["the name", 3, "/metadata/name", "value", [16, 13]],
    ["the labels", 4, "/metadata/labels/team", "value", [25, 31]],
    ["a field of an explicit spec", 4, "/spec/prefix", "value", [27, 22]],
    ["a field beside it", 4, "/spec/hostname", "value", [26, 17]],
    ["the version", 4, "/apiVersion", "value", [22, 19]],
    ["the whole", 4, "", "value", [22, 7]],
    ["nothing there is", 3, "/spec/nothing", "value", [14, 7]],
    ["a document of the file itself", 2, "/spec", "key", [34, 1]],
  ] as const)("are found in the lines of the file: %s", (_, index, pointer, on, [line, column]) => {
    expect(locate(Buffer.from(service), index, pointer, on)).toEqual({ line, column });
  });

  test.each([
    ["a quoted text", `"{apiVersion: ambassador/v1, kind: Mapping, name: q, prefix: /q/}"`],
    ["a folded block", ">\n      {apiVersion: ambassador/v1,\n      kind: Mapping, name: q, prefix: /q/}"],
  ])("stand at the annotation where lines are not as they are written: %s", (_, text) => {
    const file = `apiVersion: v1\nkind: Service\nmetadata:\n  name: q\n  annotations:\n    getambassador.io/config: ${text}\n`;
    expect(read(file).documents).toMatchObject([{ index: 1, version: "v1", value: { metadata: { name: "q" }, spec: { prefix: "/q/" } } }]);
    expect(locate(Buffer.from(file), 1, "/spec/prefix", "value")).toEqual({ line: 6, column: 5 });
  });

  test("of a carrier without namespace and labels have none of them", () => {
    const file =
      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: i\n  annotations:\n    getambassador.io/config: |\n      {apiVersion: ambassador/v2, kind: Host, name: h}\n";
    expect(read(file).documents).toMatchObject([{ value: { metadata: { name: "h" }, spec: {} }, carrier: { name: "i", position: 0 } }]);
    expect(read(file).documents[0]?.value.metadata).toEqual({ name: "h" });
  });

  test.each([
    ["another kind", "apiVersion: v1\nkind: ConfigMap"],
    ["another group", "apiVersion: serving.knative.dev/v1\nkind: Service"],
  ])("are not looked for in %s", (_, head) => {
    expect(read(service.replace("apiVersion: v1\nkind: Service", head)).documents).toHaveLength(1);
  });

  test.each([
    ["broken", "a: [1", "ambassador/annotation-yaml"],
    ["with an alias", "a: &x 1\nb: *x", "ambassador/annotation-yaml"],
  ])("%s make their carrier invalid, at the annotation, and nothing else", (_, inner, code) => {
    const block = inner.replaceAll("\n", "\n      ");
    const file = `apiVersion: v1\nkind: Service\nmetadata:\n  name: q\n  annotations:\n    getambassador.io/config: |\n      ${block}\n---\napiVersion: getambassador.io/v3alpha1\nkind: Mapping\n`;
    const { documents, findings } = read(file);
    expect(documents).toHaveLength(1);
    expect(findings).toMatchObject([{ code, index: 0, severity: "error", effect: "left-out" }]);
    expect(locate(Buffer.from(file), 0, findings[0]?.pointer ?? "", "key")).toEqual({ line: 6, column: 5 });
  });

  test("with equal keys say so where they stand", () => {
    const file = service.replace("      prefix: /a/\n", "      prefix: /a/\n      prefix: /c/\n");
    const [found] = read(file).documents[1]?.findings ?? [];
    expect(found?.code).toBe("document/duplicate-key");
    expect(locate(Buffer.from(file), 3, found?.pointer ?? "", "key")).toEqual({ line: 18, column: 7 });
  });
});
