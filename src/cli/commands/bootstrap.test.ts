import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { cli } from "../../../test/support/cli.ts";
import { bootstrap } from "../../envoy/bootstrap.ts";

async function shown(...argv: readonly string[]) {
  const { code, stdout, stderr } = await cli(["bootstrap", ...argv]);
  expect([code, stderr]).toEqual([0, ""]);
  return parse(stdout);
}

test("the defaults are a delta client of a control plane on this machine", async () => {
  const servers = [{ host: "127.0.0.1", port: 18000 }];
  expect(await shown()).toEqual(bootstrap({ nodeId: hostname(), cluster: "default", servers, mode: "delta", adminPort: 9901 }));
});

test("every flag", async () => {
  const servers = [
    { host: "10.0.0.1", port: 18000 },
    { host: "portolan.example.com", port: 18001 },
  ];
  const argv = ["--node-id", "edge-1", "--fleet", "edge", "--server", "10.0.0.1:18000", "--server", "portolan.example.com:18001"];
  expect(await shown(...argv, "--sotw", "--admin-port", "0", "--format", "file")).toEqual(
    bootstrap({ nodeId: "edge-1", cluster: "edge", servers, mode: "sotw", adminPort: 0 }),
  );
});

test("json, for a file that ends so", async () => {
  const { stdout } = await cli(["bootstrap", "--node-id", "a", "-o", "json"]);
  expect(JSON.parse(stdout).node).toEqual({ id: "a", cluster: "default" });
});

test("several servers by variable", async () => {
  const { stdout } = await cli(["bootstrap", "-o", "json"], { env: { PORTOLAN_SERVER: "10.0.0.1:1,10.0.0.2:2", PORTOLAN_SOTW: "1" } });
  const config = JSON.parse(stdout);
  expect(config.dynamic_resources.ads_config.api_type).toBe("GRPC");
  expect(config.static_resources.clusters[0].load_assignment.endpoints[0].lb_endpoints).toHaveLength(2);
});

describe("--cert-dir", () => {
  const argv = ["--node-id", "edge/1", "--cert-dir", "/etc/pki/", "--server", "10.0.0.1:18000", "--server", "portolan.example.com:18000"];

  test("the node shows its certificate, and knows the control plane by name or address", async () => {
    const { transport_socket } = (await shown(...argv)).static_resources.clusters[0];
    const { common_tls_context } = transport_socket.typed_config;
    const { validation_context_sds_secret_config, default_validation_context } = common_tls_context.combined_validation_context;
    expect(common_tls_context.tls_certificate_sds_secret_configs[0].sds_config.path_config_source.path).toBe("/etc/pki/sds-node.yaml");
    expect(validation_context_sds_secret_config.sds_config.path_config_source.path).toBe("/etc/pki/sds-ca.yaml");
    expect(default_validation_context.match_typed_subject_alt_names).toEqual([
      { san_type: "IP_ADDRESS", matcher: { exact: "10.0.0.1" } },
      { san_type: "DNS", matcher: { exact: "portolan.example.com" } },
    ]);
  });

  test("the files it reads the certificates from", async () => {
    expect((await shown(...argv, "--sds", "node")).resources[0].tls_certificate).toEqual({
      certificate_chain: { filename: "/etc/pki/nodes/edge%2F1.crt" },
      private_key: { filename: "/etc/pki/nodes/edge%2F1.key" },
    });
    expect((await shown(...argv, "--sds", "ca")).resources[0].validation_context).toEqual({ trusted_ca: { filename: "/etc/pki/ca.crt" } });
  });

  test.each([
    [["--sds", "ca"], "--sds needs --cert-dir"],
    [["--cert-dir", "/a", "--format", "docker"], "--cert-dir: not with --format docker"],
    [["--cert-dir", "/a", "--format", "kubernetes", "--server", "a:1"], "--cert-dir: not with --format kubernetes"],
  ])("%j is refused", async (flags, message) => {
    expect(await cli(["bootstrap", ...flags])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe("--format", () => {
  const servers = [{ host: "10.0.0.1", port: 18000 }];
  /** Everything that quoting could spoil. */
  const nodeId = `a'b"c\\d%e$f`;
  const argv = ["--server", "10.0.0.1:18000", "--node-id", nodeId];
  const expected = bootstrap({ nodeId, cluster: "default", servers, mode: "delta", adminPort: 9901 });

  test("systemd: a unit whose command line systemd reads as the bootstrap", async () => {
    const { stdout } = await cli(["bootstrap", ...argv, "--format", "systemd"]);
    const quoted = /^ExecStart=\/usr\/bin\/env envoy --config-yaml '(.*)'$/m.exec(stdout)?.[1] ?? "";
    expect(quoted).not.toMatch(/(?<!\\)(?:\\\\)*'/);
    const read = quoted.replace(/\\(.)|%%|\$\$/g, (all, escaped) => escaped ?? all[0]);
    expect(JSON.parse(read)).toEqual(expected);
    expect((await cli(["bootstrap", "--format", "systemd", "-o", "json"])).code).toBe(2);
  });

  test("docker: a Compose file", async () => {
    const [, , config] = (await shown(...argv, "--format", "docker")).services.envoy.command;
    expect(JSON.parse(config.replaceAll("$$", "$"))).toEqual(expected);
  });

  test("kubernetes: a ConfigMap and a Deployment that mounts it; pods name the nodes", async () => {
    const flags = ["--server", "portolan:18000", "--fleet", "edge", "--format", "kubernetes"];
    const { items } = JSON.parse((await cli(["bootstrap", ...flags, "-o", "json"])).stdout);
    const [map, deployment] = items;
    expect(JSON.parse(map.data["envoy.json"])).toEqual(
      bootstrap({ nodeId: hostname(), cluster: "edge", servers: [{ host: "portolan", port: 18000 }], mode: "delta", adminPort: 9901 }),
    );
    const { spec } = deployment.spec.template;
    expect(spec.volumes[0].configMap.name).toBe(map.metadata.name);
    expect(spec.containers[0].args).toContain("$(POD_NAME)");
    const { stdout } = await cli(["bootstrap", ...flags]);
    expect(stdout.split("---\n").map((text) => parse(text).kind)).toEqual(["ConfigMap", "Deployment"]);
  });

  test.each([
    [["--node-id", "a", "--server", "a:1"], "each node is called as its pod"],
    [[], "needs --server"],
    [["--server", "a:1", "--fleet", "Edge"], "expected a DNS label"],
  ])("kubernetes with %j is refused", async (flags, message) => {
    const { code, stdout, stderr } = await cli(["bootstrap", "--format", "kubernetes", ...flags]);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(message)]);
  });
});

test("--documents: with the runtime flags of the fleet's Module", async () => {
  const flags = "http.max_requests_per_io_cycle: 5, overload.premature_reset_total_stream_count: 0";
  const module = `apiVersion: getambassador.io/v3alpha1\nkind: Module\nmetadata: {name: ambassador}\nspec: {config: {runtime_flags: {${flags}}}}\n`;
  const listener = `---\napiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: l}\nspec: {port: 80, protocol: HTTP, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}\n`;
  const directory = mkdtempSync(join(tmpdir(), "portolan-"));
  try {
    writeFileSync(join(directory, "module.yaml"), module + listener);
    expect((await shown("--documents", directory)).layered_runtime.layers[0]).toEqual({
      name: "portolan",
      static_layer: { "re2.max_program_size.error_level": 32768, "http.max_requests_per_io_cycle": 5 },
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
