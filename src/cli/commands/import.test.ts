import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { cli } from "../../../test/support/cli.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-import-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const importing = (dump: string, ...argv: readonly string[]) =>
  cli(["import", "--from-cluster-dump", "-", "--out", "out", ...argv], { cwd: directory, stdin: dump });
const text = (path: string) => readFileSync(join(directory, "out", path), "utf8");
const files = () =>
  readdirSync(join(directory, "out"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .sort();

/** An object as a cluster prints it. */
function object(
  apiVersion: string,
  kind: string,
  name: string,
  more: Record<string, unknown> = {},
  namespace = "shop",
): Record<string, unknown> {
  const where = namespace === "" ? {} : { namespace };
  return { apiVersion, kind, metadata: { name, ...where, uid: "u-1", resourceVersion: "77", generation: 2 }, ...more };
}

const list = (...items: readonly unknown[]) => stringify({ apiVersion: "v1", kind: "List", items });
const mapping = object("getambassador.io/v2", "Mapping", "cart", { spec: { prefix: "/cart/", service: "cart" } });
const secret = object("v1", "Secret", "cert", { type: "kubernetes.io/tls", data: { "tls.crt": "QUJD", "tls.key": "Q0FOQVJZ" } });

describe("the files", () => {
  test("stand one for each object below their namespace, without what the cluster has written, in the order of keys that was", async () => {
    const status = { status: { state: "ok" }, spec: { service: "cart", prefix: "/cart/", "10": 1, "9": 2 } };
    const written = object("getambassador.io/v3alpha1", "Mapping", "Cart", status);
    Object.assign(written.metadata as object, {
      creationTimestamp: "2020-01-01T00:00:00Z",
      managedFields: [{ manager: "kubectl" }],
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", team: "shop" },
    });
    const { code, stdout } = await importing(list(written, object("networking.k8s.io/v1", "IngressClass", "amb", {}, "")));
    expect(code).toBe(0);
    expect(stdout).toContain("2 files written");
    expect(files()).toEqual(["cluster/ingressclass-amb.yaml", "shop/mapping-cart.yaml"]);
    expect(text("shop/mapping-cart.yaml")).toBe(
      [
        "apiVersion: getambassador.io/v3alpha1",
        "kind: Mapping",
        "metadata:",
        "  name: Cart",
        "  namespace: shop",
        "  annotations:",
        "    team: shop",
        "spec:",
        '  "9": 2',
        '  "10": 1',
        "  service: cart",
        "  prefix: /cart/",
        "",
      ].join("\n"),
    );
  });

  test("keep the order of keys that numbers are in JavaScript's way", async () => {
    await importing(
      'apiVersion: getambassador.io/v2\nkind: Mapping\nmetadata: {name: a, namespace: b}\nspec:\n  z: 1\n  "10": 2\n  "9": 3\n  "on": "yes"\n',
    );
    expect(text("b/mapping-a.yaml")).toContain('  z: 1\n  "10": 2\n  "9": 3\n  "on": "yes"\n');
  });

  test("of the Gateway API keep the time at which a route was made, which decides between two", async () => {
    const route = object("gateway.networking.k8s.io/v1", "HTTPRoute", "r");
    Object.assign(route.metadata as object, { creationTimestamp: "2020-01-01T00:00:00Z" });
    await importing(list(route));
    expect(parse(text("shop/httproute-r.yaml")).metadata).toEqual({
      name: "r",
      namespace: "shop",
      creationTimestamp: "2020-01-01T00:00:00Z",
    });
  });

  test.each([
    ["JSON", JSON.stringify({ apiVersion: "v1", kind: "List", items: [mapping] })],
    ["several documents", `${stringify(mapping)}---\n${stringify(object("v1", "Namespace", "shop", {}, ""))}`],
    ["a list of one kind", stringify({ apiVersion: "getambassador.io/v2", kind: "MappingList", items: [mapping] })],
  ])("are the same from %s", async (_, dump) => {
    expect((await importing(dump)).code).toBe(0);
    expect(text("shop/mapping-cart.yaml")).toBe(
      "apiVersion: getambassador.io/v2\nkind: Mapping\nmetadata:\n  name: cart\n  namespace: shop\nspec:\n  prefix: /cart/\n  service: cart\n",
    );
  });

  test("of two kinds of one name are told apart by the group", async () => {
    await importing(list(object("networking.k8s.io/v1", "Ingress", "a"), object("extensions/v1beta1", "Ingress", "a")));
    expect(files()).toEqual(["shop/ingress-a.yaml", "shop/ingress.networking.k8s.io-a.yaml"]);
  });

  test("stay below the directory whatever objects are called", async () => {
    const evil = object("getambassador.io/v2", "Mapping", "../../x", {}, "../..");
    expect((await importing(list(evil))).code).toBe(0);
    expect(files()).toEqual(["_/mapping-.._.._x.yaml"]);
    expect(existsSync(join(directory, "x.yaml"))).toBe(false);
  });
});

describe("what is not written", () => {
  test("is counted by kind; the addresses of pods are on request", async () => {
    const dump = list(
      object("apps/v1", "Deployment", "cart"),
      object("apps/v1", "Deployment", "web"),
      object("v1", "Service", "cart", { spec: { ports: [{ port: 80 }] } }),
      object("v1", "Service", "far", { spec: { type: "ExternalName", externalName: "far.example.com" } }),
      object("v1", "Endpoints", "cart"),
      object("discovery.k8s.io/v1", "EndpointSlice", "cart-1"),
    );
    const { stdout } = await importing(dump);
    expect(stdout).toContain("left out: 2 Deployment.apps, 1 EndpointSlice.discovery.k8s.io, 1 Endpoints\n");
    expect(stdout).toContain("services.dnsSuffix");
    expect(stdout).toContain("  shop/cart\n");
    expect(stdout).not.toContain("shop/far");
    const again = await importing(dump, "--endpoints");
    expect(again.stdout).toContain("2 files written, 2 unchanged\nleft out: 2 Deployment.apps\n");
    expect(again.stdout).not.toContain("dnsSuffix");
  });

  test("are Secrets: they are listed with their keys, who uses them, and where they are looked for; no byte of them is shown or written", async () => {
    const host = object("getambassador.io/v3alpha1", "Host", "h", { spec: { tlsSecret: { name: "cert" } } });
    const context = object("getambassador.io/v3alpha1", "TLSContext", "c", { spec: { secret: "cert.shop", ca_secret: "unknown" } }, "edge");
    const { code, stdout } = await importing(list(secret, host, context), "-o", "json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).secrets).toEqual([
      { namespace: "edge", name: "unknown", keys: [], used_by: ["TLSContext/edge/c"], directory: "edge/unknown/" },
      {
        namespace: "shop",
        name: "cert",
        type: "kubernetes.io/tls",
        keys: ["tls.crt", "tls.key"],
        used_by: ["Host/shop/h", "TLSContext/edge/c"],
        directory: "shop/cert/",
      },
    ]);
    const everything = stdout + files().map(text).join("");
    for (const bytes of ["Q0FOQVJZ", "CANARY", "QUJD"]) expect(everything).not.toContain(bytes);
    expect(files()).toEqual(["edge/tlscontext-c.yaml", "shop/host-h.yaml"]);
  });
});

describe("a file that exists", () => {
  test("with the same content is left alone, with another it refuses and writes nothing, unless forced", async () => {
    await importing(list(mapping));
    expect((await importing(list(mapping))).stdout).toContain("0 files written, 1 unchanged");
    writeFileSync(join(directory, "out", "shop/mapping-cart.yaml"), "mine\n");
    const other = object("getambassador.io/v2", "Mapping", "web");
    const refused = await importing(list(mapping, other));
    expect([refused.code, refused.stdout]).toEqual([5, ""]);
    expect(refused.stderr).toContain("shop/mapping-cart.yaml exists already with other content; --force overwrites");
    expect(files()).toEqual(["shop/mapping-cart.yaml"]);
    expect((await importing(list(mapping, other), "--force")).stdout).toContain("2 files written");
    expect(text("shop/mapping-cart.yaml")).toContain("prefix: /cart/");
  });
});

test("it ends with what validate finds in the result", async () => {
  const { code, stdout } = await importing(
    list(object("getambassador.io/v3alpha1", "Mapping", "bad", { spec: { prefix: 7, service: "a" } })),
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/\d+ problems? \(.*\) in \d+ documents?\n$/);
});

test.each([
  ["a: [1", "the dump is no YAML"],
  ["a: 1\na: 2\n", "the dump is no YAML"],
  ["- 1\n", "no object of a cluster"],
  ["apiVersion: v1\nkind: Service\n", "without apiVersion, kind or metadata.name"],
  ["apiVersion: v1\nkind: Service\nmetadata: &a {name: x, more: *a}\n", "alias"],
  [`${stringify(mapping)}---\n${stringify({ ...mapping, spec: { prefix: "/other/", service: "cart" } })}`, "two different objects"],
])("a dump that is none is told, and nothing is written: %j", async (dump, message) => {
  const { code, stdout, stderr } = await importing(dump);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
  expect(existsSync(join(directory, "out"))).toBe(false);
});

test("a dump that is not there is told", async () => {
  const { code, stderr } = await cli(["import", "--from-cluster-dump", "none.yaml"], { cwd: directory });
  expect(code).toBe(2);
  expect(stderr).toContain("cannot read none.yaml: there is no such file");
});
