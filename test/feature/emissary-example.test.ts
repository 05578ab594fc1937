import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { buildPath } from "../../src/build/offline.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { staticBootstrap } from "../../src/snapshot/static.ts";
import { cli } from "../support/cli.ts";
import { validateBootstrap } from "../validate-envoy.ts";

const example = fileURLToPath(new URL("../../examples/emissary", import.meta.url));
const files = readdirSync(example, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".yaml") && path.includes("/"))
  .sort();

/** What a cluster prints of an object: with all that it writes into one. */
function printed(path: string): object {
  const object = parse(readFileSync(join(example, path), "utf8"));
  const own = {
    uid: `uid-${path}`,
    resourceVersion: "4711",
    generation: 3,
    creationTimestamp: "2024-05-01T08:00:00Z",
    managedFields: [{ manager: "kubectl" }],
  };
  return { ...object, metadata: { ...object.metadata, ...own }, status: { state: "Ready" } };
}

test("the objects of a cluster are imported as the files of the example, word for word", async () => {
  const directory = mkdtempSync(join(tmpdir(), "portolan-emissary-"));
  try {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "shop-cert", namespace: "edge" },
      type: "kubernetes.io/tls",
      data: { "tls.crt": "QQ==", "tls.key": "QQ==" },
    };
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "cart", namespace: "shop" } };
    const dump = stringify({ apiVersion: "v1", kind: "List", items: [...files.map(printed).reverse(), secret, deployment] });
    const { code, stdout, stderr } = await cli(["import", "--from-cluster-dump", "-", "--out", directory, "--endpoints"], { stdin: dump });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("left out: 1 Deployment.apps\n");
    expect(stdout).toContain("edge/shop-cert/  kubernetes.io/tls: tls.crt, tls.key  for Host/edge/shop\n");
    const written = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".yaml"));
    expect(written.sort()).toEqual(files);
    for (const path of files) expect(readFileSync(join(directory, path), "utf8"), path).toBe(readFileSync(join(example, path), "utf8"));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("the example has no mistake but those that it is to show", async () => {
  const { stdout } = await cli(["validate", example, "-o", "json"]);
  const problems = (JSON.parse(stdout) as { readonly problems: readonly Problem[] }).problems;
  const told = problems.map(({ code, severity, at }) => `${severity} ${code} ${at.path}`);
  expect(told.filter((line) => line.startsWith("error"))).toEqual([]);
  expect(told).toContain("warning document/deprecated-field payments/mapping-webhooks.yaml");
  expect(told).toContain("info ambassador/tcp-fields edge/tcpmapping-orders-db.yaml");
  expect(told).toContain("warning ambassador/canary-mismatch shop/mapping-cart.yaml");
});

test("an Envoy takes what the example becomes, with all of its Hosts", async () => {
  // Without its secrets: Envoy would look for the files of those that render names.
  const [fleet] = (await buildPath(example)).fleets;
  const bootstrap = JSON.parse(JSON.stringify(staticBootstrap(fleet?.snapshot as Snapshot)));
  const { ok, output } = await validateBootstrap(bootstrap);
  expect(ok, output).toBe(true);
  const chains = bootstrap.static_resources.listeners
    .find(({ name }: { readonly name: string }) => name === "0.0.0.0:8443/tcp")
    .filter_chains.map(({ name }: { readonly name: string }) => name);
  expect(chains).toEqual([
    "tls-*.preview.example.com",
    "tls-accounts.example.com",
    "tls-api.example.com",
    "tls-blog.example.com",
    "tls-internal.example.com",
    "tls-shop.example.com",
    "cleartext",
  ]);
});
