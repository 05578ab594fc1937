import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { ambassador } from "./ambassador/ambassador.ts";
import { fieldTexts } from "./fields/fields.ts";
import { fieldsOf } from "./kind-fields.ts";
import { documentSchema, type Kind, kinds } from "./kinds.ts";
import { portolan } from "./portolan/portolan.ts";

const kind = (name: string) => kinds().find((one) => one.kind === name) as Kind;
const names = (name: string) => fieldsOf(kind(name)).map((field) => field.name);

test.each(kinds().map((one) => [one.kind, one] as const))("%s is served if the table says so", (_, { apiVersion, kind: name, served }) => {
  const [group = "", version = ""] = apiVersion.split("/");
  const identity = { group, kind: name, namespace: "default", name: "a" };
  const value = { apiVersion, kind: name, metadata: { name: "a" }, spec: {} };
  const language = group === "portolan.dev" ? portolan : ambassador;
  const { findings, spec } = language.check({ id: { blob: "0", index: 0 }, path: "a.yaml", source: "main", version, identity, value });
  const said = [...findings, ...((spec as { readonly findings?: typeof findings } | undefined)?.findings ?? [])];
  expect(said.map(({ code }) => code)).not.toContain("document/unknown-kind");
  const isWhole = !said.some(({ code, pointer }) => code === "document/not-served" && pointer === "/kind");
  // Policies are read for what they guard, and close it.
  if (!name.endsWith("Policy")) expect(isWhole).toBe(served);
});

describe("fields", () => {
  test("have types, ranges, and whether they are required", () => {
    const listener = fieldsOf(kind("Listener"));
    expect(listener).toContainEqual(expect.objectContaining({ name: "port", type: "integer 1..65535", required: true, served: true }));
    expect(listener).toContainEqual(
      expect.objectContaining({ name: "hostBinding.namespace.from", type: '"SELF" or "ALL"', required: true, served: true }),
    );
    expect(listener).toContainEqual(
      expect.objectContaining({ name: "ambassador_id", type: "list of string", required: false, served: true }),
    );
  });

  test.each(
    kinds()
      .filter(({ served }) => served)
      .map((one) => [one.kind, one] as const),
  )("of %s say what they become", (name, one) => {
    const written = fieldsOf(one)
      .filter(({ served }) => served)
      .map((field) => field.name);
    expect(Object.keys(fieldTexts[name] ?? {}).sort(), "src/language/fields").toEqual(written.sort());
  });

  test("that have no effect say so", () => {
    expect(fieldsOf(kind("Mapping"))).toContainEqual(expect.objectContaining({ name: "modules", reported: true }));
  });

  test("of lists, maps and choices have names of their own", () => {
    expect(names("Upstream")).toContain("addresses[].zone");
    expect(names("Mapping")).toContain("add_request_headers.*.append");
    expect(names("Module")).toContain("config.use_remote_address");
  });

  test("that are not served stand once, at the end", () => {
    const fields = fieldsOf(kind("Fleet"));
    const rest = fields.slice(fields.findIndex(({ served }) => !served));
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.filter(({ served }) => served)).toEqual([]);
    for (const one of kinds()) {
      const all = fieldsOf(one).map(({ name }) => name);
      expect(new Set(all).size, one.kind).toBe(all.length);
    }
  });
});

describe("the JSON Schema", () => {
  const examples = fileURLToPath(new URL("../../examples", import.meta.url));
  const documents = readdirSync(examples, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .flatMap((path) => parseAllDocuments(readFileSync(`${examples}/${path}`, "utf8")).map((document) => [path, document.toJS()] as const))
    .filter(([, value]) => kinds().some((one) => one.served && one.kind === value?.kind && one.apiVersion === value.apiVersion));

  test("says what a field becomes", () => {
    const { spec } = documentSchema(kind("Listener")).properties as { spec: { properties: Record<string, { description?: string }> } };
    expect(spec.properties.l7Depth).toMatchObject({ anyOf: [{ type: "integer" }, {}] });
    expect(JSON.stringify(spec.properties.l7Depth)).toContain("`xff_num_trusted_hops` (default: 0)");
  });

  test("takes every document of the examples", () => {
    expect(documents.length).toBeGreaterThan(30);
    for (const [path, value] of documents) {
      const schema = z.fromJSONSchema(documentSchema(kind(value.kind)) as Parameters<typeof z.fromJSONSchema>[0]);
      expect(schema.safeParse(value).error?.issues, path).toBeUndefined();
    }
  });

  test("refuses a field that there is not, and takes one that is not served", () => {
    const schema = z.fromJSONSchema(documentSchema(kind("Fleet")) as Parameters<typeof z.fromJSONSchema>[0]);
    const fleet = (spec: object) => ({
      apiVersion: "portolan.dev/v1alpha1",
      kind: "Fleet",
      metadata: { name: "a" },
      spec: { nodes: {}, ...spec },
    });
    expect(schema.safeParse(fleet({})).success).toBe(true);
    expect(schema.safeParse(fleet({ rollout: {} })).success).toBe(true);
    expect(schema.safeParse(fleet({ nodez: {} })).success).toBe(false);
    expect(schema.safeParse({ ...fleet({}), kind: "Mapping" }).success).toBe(false);
  });
});
