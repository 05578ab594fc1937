import { expect, test } from "vitest";
import { readCommittedSecret } from "./committed-secret.ts";
import { parseFile } from "./parse.ts";

const groups = new Set(["getambassador.io"]);
const kinds = new Map([["v1", new Set(["Service", "Secret"])]]);
const secret = (rest: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: web, namespace: shop}\n${rest}`;
const parse = (text: string) => parseFile(Buffer.from(text), groups, kinds);
const values = (text: string, index = 0) =>
  Object.fromEntries([...readCommittedSecret(Buffer.from(text), index)].map(([key, bytes]) => [key, Buffer.from(bytes).toString()]));

test("of a Secret its name, its namespace and the names of its values are known, and nothing else", () => {
  const annotations = `annotations: {last-applied: '{"stringData":{"tls.key":"geheim"}}'}`;
  const text = secret(`data:\n  tls.crt: Z2VoZWlt\nstringData: {tls.key: geheim, other: geheim}\n`).replace(
    "namespace:",
    `${annotations}, namespace:`,
  );
  const file = parse(text);
  expect(file).toMatchObject({ documents: [], ignored: 1, findings: [{ code: "secret/plaintext" }] });
  expect(file.secrets).toEqual([
    {
      index: 0,
      group: "",
      version: "v1",
      kind: "Secret",
      value: { apiVersion: "v1", kind: "Secret", metadata: { name: "web", namespace: "shop" }, keys: ["tls.crt", "tls.key"] },
      findings: [],
    },
  ]);
  expect(JSON.stringify(file)).not.toMatch(/geheim|Z2VoZWlt/);
  expect(values(text)).toEqual({ "tls.crt": "geheim", "tls.key": "geheim" });
});

test("stringData counts before data, and line breaks in base64 do not count", () => {
  expect(values(secret("data:\n  ca.crt: YQ==\n  crl.pem: |\n    Z2Vo\n    ZWlt\nstringData: {ca.crt: b}\n"))).toEqual({
    "ca.crt": "b",
    "crl.pem": "geheim",
  });
});

test("it is found in a list, by the place that the file gives it", () => {
  const text = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service}\n- {apiVersion: v1, kind: Secret, stringData: {tls.crt: a}}\n`;
  expect(parse(text).secrets).toMatchObject([{ index: 1 }]);
  expect([values(text, 1), values(text, 0), values(text, 2)]).toEqual([{ "tls.crt": "a" }, {}, {}]);
});

test.each([
  ["no base64", "data: {tls.crt: geheim!}", "secret/invalid /data/tls.crt"],
  ["half base64", "data: {tls.crt: Z2V}", "secret/invalid /data/tls.crt"],
  ["a number", "stringData: {tls.key: 4711}", "document/wrong-type /stringData/tls.key"],
  ["a list beside what can be read", "data: {tls.crt: YQ==}\nstringData: [geheim]", "document/wrong-type /stringData"],
])("%s leaves it out, and is not told", (_, rest, expected) => {
  const [document] = parse(secret(`${rest}\n`)).secrets ?? [];
  expect(document?.findings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([expected]);
  expect(document?.findings).toMatchObject([{ effect: "left-out", on: "key" }]);
  expect(JSON.stringify(document)).not.toMatch(/geheim|Z2V|4711/);
});

test("a namespace that is none leaves it out", () => {
  expect(parse(secret("stringData: {tls.crt: a}\n").replace("shop", "A b")).secrets).toMatchObject([
    { findings: [{ code: "document/bad-namespace" }] },
  ]);
});

test.each([
  ["encrypted", "data: {tls.crt: 'ENC[AES256_GCM,data:x]'}\nsops: {version: 3.8.1}\n"],
  ["partly encrypted", "data: {tls.crt: 'ENC[AES256_GCM,data:x]', tls.key: YQ==}\nsops: {version: 3.8.1}\n"],
  ["of another type", "type: kubernetes.io/service-account-token\ndata: {ca.crt: YQ==}\n"],
  ["empty", "data: {}\n"],
])("one that is %s cannot be served", (_, rest) => {
  expect(parse(secret(rest))).toMatchObject({ documents: [], ignored: 1 });
  expect(parse(secret(rest)).secrets).toBeUndefined();
});
