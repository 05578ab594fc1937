import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";

const files = `apiVersion: getambassador.io/v3alpha1
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
metadata: {name: cart, namespace: shop}
spec: {hostname: "*", prefix: /cart/, service: cart}
---
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: search, namespace: shop}
spec: {hostname: "*", prefix: /search/}
`;

const route = (prefix: string, cluster: string, timeout = "3.000s") => ({
  match: { prefix, runtime_fraction: { default_value: { numerator: 100, denominator: "HUNDRED" }, runtime_key: `routing.${cluster}` } },
  route: { cluster, prefix_rewrite: "/", timeout },
});
const cluster = (name: string, address: string) => ({
  name,
  type: "STRICT_DNS",
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: 80 } } } }] }],
  },
});
const dump = (...routes: readonly object[]) =>
  JSON.stringify({
    configs: [
      {
        "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump",
        dynamic_listeners: [
          {
            active_state: {
              listener: {
                address: { socket_address: { address: "0.0.0.0", port_value: 8080 } },
                filter_chains: [
                  {
                    filters: [
                      {
                        typed_config: {
                          "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                          route_config: { virtual_hosts: [{ domains: ["*"], routes }] },
                        },
                      },
                    ],
                  },
                ],
              },
            },
          },
        ],
      },
      {
        "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump",
        dynamic_active_clusters: [
          { cluster: cluster("cluster_cart_shop", "cart.shop") },
          { cluster: cluster("cluster_search", "search.shop") },
        ],
      },
    ],
  });

/** An admin interface that gives this dump, and what it was asked for. */
async function admin(answer: string, status = 200) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, [Symbol.dispose]: () => void server.close() };
}

const compare = (url: string, ...flags: readonly string[]) => cli(["compare", "-", "--config-dump", url, ...flags], { stdin: files });

test("equal routes end with 0; the admin interface is asked with endpoints", async () => {
  using envoy = await admin(dump(route("/cart/", "cluster_cart_shop")));
  expect(await compare(envoy.url)).toEqual({ code: 0, stdout: "1 of 1 routes equal\n", stderr: "" });
  expect(envoy.asked).toEqual(["/config_dump?include_eds"]);
});

test("differences have their places and their Problems", async () => {
  using envoy = await admin(
    dump(route("/cart/", "cluster_cart_shop", "9s"), route("/search/", "cluster_search"), route("/ambassador/v0/", "cluster_diag")),
  );
  const { code, stdout } = await compare(envoy.url);
  expect(code).toBe(1);
  expect(stdout).toBe(`0 of 2 routes equal

other timeout: 9s → 3s (1)
  8080 * /cart/  stdin.yaml:11

missing here (1)
  8080 * /search/  stdin.yaml:19 document/missing-field

not compared: 1 route of the other side's own machinery
  8080 * /ambassador/v0/
`);
});

test("as JSON, without a field", async () => {
  using envoy = await admin(dump(route("/cart/", "cluster_cart_shop", "9s"), route("/search/", "cluster_search")));
  const { code, stdout } = await compare(envoy.url, "--ignore", "timeout", "-o", "json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    format_version: "1",
    command: "compare",
    equal: 1,
    total: 2,
    ignored: ["timeout"],
    differences: [
      {
        reason: "missing here",
        listener: "8080",
        domain: "*",
        match: { prefix: "/search/" },
        fields: [],
        at: expect.objectContaining({ path: "stdin.yaml", line: 19 }),
        code: "document/missing-field",
      },
    ],
    machinery: [],
  });
  expect((await compare(envoy.url, "--ignore", "timeout", "--ignore", "upstream")).stdout).toMatch(
    /^1 of 2 routes equal, without timeout, upstream\n/,
  );
});

test.each([
  ["an answer that is no JSON", "<html>", 200, 2, "is not JSON"],
  ["an answer that is no dump", "{}", 200, 2, "the configuration dump has no listeners"],
  ["a refusal", "no", 403, 4, "answers 403"],
])("%s is told", async (_, answer, status, expected, message) => {
  using envoy = await admin(answer, status);
  const { code, stdout, stderr } = await compare(envoy.url);
  expect([code, stdout]).toEqual([expected, ""]);
  expect(stderr).toContain(message);
});

test("so are a file and an Envoy that are not there", async () => {
  expect(await compare("nowhere.json")).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: cannot read nowhere.json: there is no such file\n",
  });
  const envoy = await admin("");
  envoy[Symbol.dispose]();
  const { code, stderr } = await compare(envoy.url);
  expect([code, stderr]).toEqual([4, expect.stringContaining(`cannot reach ${envoy.url}/config_dump?include_eds: `)]);
});

test("as a comment for a pull request", async () => {
  using envoy = await admin(dump(route("/cart/", "cluster_cart_shop", "9s"), route("/search/", "cluster_search")));
  expect((await compare(envoy.url, "-o", "markdown")).stdout).toBe(`<!-- portolan:compare -->

**0 of 2 routes equal**

| reason | host and match | theirs → ours | source |
|---|---|---|---|
| other timeout | 8080 \\* /cart/ | timeout: 9s → 3s | stdin.yaml:11 |
| missing here | 8080 \\* /search/ |  | stdin.yaml:19 document/missing-field |
`);
});
