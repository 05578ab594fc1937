import { beforeEach, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { cli } from "../../../test/support/cli.ts";
import { FakeOffline } from "../../../test/support/fake-offline.ts";
import { problem } from "../../../test/support/fake-view.ts";
import { resource } from "../../envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../envoy/type-url.ts";
import { repository } from "../../server/demo/repository.ts";

const manager = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ads = { ads: {}, resource_api_version: "V3" };

const listener = resource(LDS, "web", {
  name: "web",
  address: { socket_address: { address: "0.0.0.0", port_value: 8080 } },
  filter_chains: [
    {
      filters: [
        {
          name: "http",
          typed_config: { "@type": manager, stat_prefix: "web", rds: { route_config_name: "web/http", config_source: ads } },
        },
      ],
    },
  ],
});
const routes = resource(RDS, "web/http", { name: "web/http", virtual_hosts: [{ name: "all", domains: ["*"] }] });
const cluster = resource(CDS, "cart", {
  name: "cart",
  type: "EDS",
  eds_cluster_config: { eds_config: ads, service_name: "upstream/cart" },
});
const endpoints = resource(EDS, "upstream/cart", { cluster_name: "upstream/cart" });

let offline: FakeOffline;
beforeEach(() => {
  offline = new FakeOffline();
  offline.resources = { default: [endpoints, cluster, routes, listener] };
});

const render = (...argv: readonly string[]) => cli(["render", "-", ...argv], { offline: offline.load });

test("yaml, in order, each resource with where it comes from", async () => {
  const { code, stdout, stderr } = await render();
  expect([code, stderr]).toEqual([0, ""]);
  const heads = stdout.split("---\n").map((part) => part.split("\n").slice(0, 2));
  expect(heads).toEqual([
    [`# LDS web ${listener.version}`, "# from web.yaml:3"],
    [`# RDS web/http ${routes.version}`, "# from web/http.yaml:3"],
    [`# CDS cart ${cluster.version}`, "# from cart.yaml:3"],
    [`# EDS upstream/cart ${endpoints.version}`, "# from upstream/cart.yaml:3"],
  ]);
  expect(parseAllDocuments(stdout)[1]?.toJS()).toEqual({ name: "web/http", virtual_hosts: [{ name: "all", domains: ["*"] }] });
});

test("of a commit, with the commit", async () => {
  const repo = repository();
  try {
    const commit = repo.commit({ "a.yaml": "a" });
    const { stdout } = await cli(["render", repo.path, "--ref", "main", "--type", "CDS"], { offline: offline.load });
    expect(stdout).toBe(
      `# CDS cart ${cluster.version}\n# from cart.yaml:3 @ ${commit.slice(0, 12)}\nname: cart\ntype: EDS\n` +
        "eds_cluster_config:\n  eds_config:\n    ads: {}\n    resource_api_version: V3\n  service_name: upstream/cart\n",
    );
  } finally {
    repo.remove();
  }
});

test("json", async () => {
  const { stdout } = await render("-o", "json", "--name", "web/http");
  expect(JSON.parse(stdout)).toEqual({
    format_version: "1",
    command: "render",
    commit: null,
    fleet: "default",
    resources: [
      {
        type: "RDS",
        name: "web/http",
        version: routes.version,
        origins: [{ source: "main", path: "web/http.yaml", line: 3, column: 1 }],
        body: { name: "web/http", virtual_hosts: [{ name: "all", domains: ["*"] }] },
      },
    ],
  });
});

test("a name that nothing has is a mistake of usage", async () => {
  const { code, stdout, stderr } = await render("--name", "nosuch");
  expect(stderr).toBe("error: fleet default has no resource nosuch; portolan render -o text lists them\n");
  expect([code, stdout]).toEqual([2, ""]);
});

test("text is a table", async () => {
  const { stdout } = await render("-o", "text", "--type", "LDS");
  expect(stdout).toBe(`TYPE  NAME  VERSION                   FROM\nLDS   web   ${listener.version}  web.yaml:3\n`);
});

test("static: everything stands in one file", async () => {
  const { stdout } = await render("--static");
  const config = parse(stdout);
  const [chain] = config.static_resources.listeners[0].filter_chains;
  expect(chain.filters[0].typed_config.route_config.name).toBe("web/http");
  expect(config.static_resources.clusters[0]).toMatchObject({ name: "cart", type: "STATIC", load_assignment: { cluster_name: "cart" } });
  expect(JSON.parse((await render("--static", "-o", "json")).stdout)).toEqual(config);
});

test("problems go to stderr, and errors fail", async () => {
  offline.problems = [problem, { ...problem, severity: "warning", message: "only a warning" }];
  const { code, stdout, stderr } = await render("--type", "CDS");
  expect(code).toBe(1);
  expect(stdout).toContain("name: cart");
  expect(stderr).toContain("pay.yaml:12:15 error document/wrong-type");
  expect(stderr).not.toContain("only a warning");
});

describe("which fleet", () => {
  beforeEach(() => {
    offline.resources = { edge: [listener], core: [cluster] };
  });

  test("the one that is named", async () => {
    expect((await render("--fleet", "edge")).stdout).toContain("# LDS web");
  });

  test("none, if no Fleet document can be used", async () => {
    offline.resources = {};
    const { code, stdout, stderr } = await render();
    expect([code, stdout, stderr]).toEqual([1, "", "error: there is no fleet: the Fleet documents cannot be used\n"]);
  });

  test.each([
    [[], "choose a fleet with --fleet; there are core, edge"],
    [["--fleet", "other"], "there is no fleet other; there are core, edge"],
  ])("%j does not say", async (argv, message) => {
    const { code, stdout, stderr } = await render(...argv);
    expect([code, stdout, stderr]).toEqual([2, "", `error: ${message}\n`]);
  });
});
