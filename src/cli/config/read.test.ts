import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { defaultLimits } from "../../xds/limits.ts";
import { readConfig } from "./read.ts";

const head = "apiVersion: portolan.dev/v1alpha1\nkind: Server\n";
const good = `${head}sources:\n- {name: main, path: ../routes, branch: main}\n`;

function read(text: string) {
  return readConfig(text, "/etc/portolan/portolan.yaml", "portolan.yaml");
}

/** `line:column severity code message (fix)`, one per problem. */
function told(text: string): string[] {
  return read(text).problems.map(
    ({ at, severity, code, message, fix }) =>
      `${at.line}:${at.column} ${severity} ${code} ${message}${fix === undefined ? "" : ` (${fix})`}`,
  );
}

describe("what is served", () => {
  test("the smallest file has every default", () => {
    const { config, problems } = read(good);
    expect(problems).toEqual([]);
    expect(config).toEqual({
      server: { instance: expect.stringMatching(/^[a-z0-9-]+$/), dataDir: "/etc/portolan/data", development: false },
      listen: {
        xds: { host: "127.0.0.1", port: 18000, drainMs: 10_000, insecure: false },
        api: { host: "127.0.0.1", port: 18080 },
        grpc: { host: "127.0.0.1", port: 18081 },
      },
      sources: [
        {
          name: "main",
          path: "/etc/routes",
          branch: "main",
          worktree: false,
          onRewrite: "allow",
          intervalMs: 2000,
          include: ["**/*.yaml", "**/*.yml"],
          exclude: ["**/.*", "**/.*/**", "**/node_modules/**"],
          limits: { depth: 32, entries: 100_000, paths: 1_000_000, files: 50_000, bytes: 268_435_456 },
        },
      ],
      control: { source: "main", paths: ["**"] },
      secrets: { providers: [], allowPlaintext: false },
      snapshots: { keep: 100 },
      git: { transport: "auto" },
      auth: { anonymous: true, tokens: [] },
      audit: { requireReason: true },
      log: { level: "info" },
      limits: defaultLimits,
      problems: [],
    });
    expect(hostname().toLowerCase()).toContain(config?.server.instance.split("-")[0]);
  });

  test("certificates, from the directory of the file; with an authority for clients the port may be open to others", () => {
    const tls = "{cert: {file: tls.crt}, key: {file: /keys/tls.key}, clientCa: {file: ../ca.crt}}";
    const { config, problems } = read(`${good}listen: {xds: {address: "0.0.0.0:18000", tls: ${tls}}}\n`);
    expect(problems).toEqual([]);
    expect(config?.listen.xds).toEqual({
      host: "0.0.0.0",
      port: 18000,
      drainMs: 10_000,
      insecure: false,
      tls: { cert: "/etc/portolan/tls.crt", key: "/keys/tls.key", clientCa: "/etc/ca.crt" },
    });
  });

  test("a Unix socket, from the directory of the file", () => {
    const { config, problems } = read(`${good}listen: {xds: {unix: run/xds.sock}}\n`);
    expect(problems).toEqual([]);
    expect(config?.listen.xds).toMatchObject({ host: "127.0.0.1", port: 18000, unix: "/etc/portolan/run/xds.sock" });
  });

  test("every field", () => {
    const { config, problems } = read(`${head}
server: {instance: eu1, dataDir: /var/lib/portolan, publicUrl: "https://portolan.example.com", development: true}
listen:
  xds: {address: "0.0.0.0:18000", insecure: true, drainTime: 3s}
  api: {address: "[::1]:0"}
  grpc: {address: "localhost:18081"}
sources:
- name: main
  path: /srv/routes.git
  ref: refs/heads/next
  worktree: true
  history: {onRewrite: hold}
  interval: 1m30s
  include: ["routes/**"]
  exclude: ["old/**"]
  limits: {depth: 8, entries: 9, paths: 10, files: 11, bytes: 64KiB}
control: {source: main, paths: ["platform/**"]}
secrets: {providers: [{name: mounted, type: directory, path: secrets}, {name: variables, type: environment}]}
snapshots: {keep: 5}
git: {transport: native}
log: {level: debug, format: json}
auth: {anonymous: viewer, tokens: [{name: oncall, sha256: "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e", roles: [operator], fleets: [edge]}, {name: root, sha256: "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e", roles: [admin]}]}
audit: {requireReason: false}
`);
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([["api/insecure-listener", "warning"]]);
    expect(config).toEqual({
      server: { instance: "eu1", dataDir: "/var/lib/portolan", publicUrl: "https://portolan.example.com", development: true },
      listen: {
        xds: { host: "0.0.0.0", port: 18000, drainMs: 3_000, insecure: true },
        api: { host: "::1", port: 0 },
        grpc: { host: "localhost", port: 18081 },
      },
      sources: [
        {
          name: "main",
          path: "/srv/routes.git",
          ref: "refs/heads/next",
          worktree: true,
          onRewrite: "hold",
          intervalMs: 90_000,
          include: ["routes/**"],
          exclude: ["old/**"],
          limits: { depth: 8, entries: 9, paths: 10, files: 11, bytes: 65_536 },
        },
      ],
      control: { source: "main", paths: ["platform/**"] },
      secrets: {
        providers: [
          { name: "mounted", type: "directory", path: "/etc/portolan/secrets" },
          { name: "variables", type: "environment", prefix: "PORTOLAN_SECRET_" },
        ],
        allowPlaintext: false,
      },
      snapshots: { keep: 5 },
      git: { transport: "native" },
      auth: {
        anonymous: true,
        tokens: [
          { name: "oncall", sha256: "5e".repeat(32), roles: ["operator"], fleets: ["edge"] },
          { name: "root", sha256: "5e".repeat(32), roles: ["admin"] },
        ],
      },
      audit: { requireReason: false },
      log: { level: "debug" },
      limits: defaultLimits,
      problems,
    });
  });

  test.each([
    ["{type: vault, name: a}", "document/out-of-range"],
    ["{type: directory, name: a}", "document/missing-field"],
    ["{type: environment, name: a, path: /x}", "document/unknown-field"],
    ["{type: environment, name: a}, {type: environment, name: a}", "document/duplicate"],
    ["{type: sds, name: a}", "document/missing-field"],
    ["{type: sds, name: a, address: sds}", "document/out-of-range"],
    ["{type: sds, name: a, address: '-sds:1'}", "document/out-of-range"],
    ["{type: sds, name: a, address: 'sds:0'}", "document/out-of-range"],
    ["{type: sds, name: a, address: '10.0.0.300:1'}", "document/out-of-range"],
    ["{type: sds, name: a, address: 'sds:1', nameFormat: '{secret}'}", "document/out-of-range"],
    ["{type: environment, name: a}, {type: sds, name: b, address: 'sds:1'}", "document/out-of-range"],
  ])("providers of secrets must be %s", (providers, code) => {
    const { problems } = read(`${good}secrets: {providers: [${providers}]}\n`);
    expect(problems.map((one) => one.code)).toEqual([code]);
  });

  test.each([
    ["{name: a, roles: [viewer]}", "document/missing-field"],
    ["{name: a, sha256: secret, roles: [viewer]}", "document/out-of-range"],
    [`{name: a, sha256: "${"a".repeat(64)}", roles: []}`, "document/out-of-range"],
    [`{name: a, sha256: "${"a".repeat(64)}", roles: [root]}`, "document/bad-enum"],
    [
      `{name: a, sha256: "${"a".repeat(64)}", roles: [viewer]}, {name: a, sha256: "${"b".repeat(64)}", roles: [admin]}`,
      "document/duplicate",
    ],
  ])("tokens must be %s", (tokens, code) => {
    expect(read(`${good}auth: {tokens: [${tokens}]}\n`).problems.map((one) => one.code)).toEqual([code]);
  });

  test("with tokens nobody reads without one, and the API may be open to others", () => {
    const auth = `auth: {tokens: [{name: a, sha256: "${"a".repeat(64)}", roles: [viewer]}]}\n`;
    const { config, problems } = read(`${good}listen: {api: {address: "0.0.0.0:1", insecure: true}}\n${auth}`);
    expect([config?.auth.anonymous, problems.map(({ code }) => code)]).toEqual([false, ["api/insecure-listener"]]);
  });

  test.each([
    ["'sds.example:8234'", { host: "sds.example", port: 8234 }],
    ["'[::1]:8234', nameFormat: '{kind}:{namespace}/{name}'", { host: "::1", port: 8234, nameFormat: "{kind}:{namespace}/{name}" }],
  ])("the server of secrets at %s", (address, expected) => {
    const { config } = read(`${good}secrets: {providers: [{type: sds, name: vault, address: ${address}}]}\n`);
    expect(config?.secrets).toEqual({ providers: [], server: { name: "vault", ...expected }, allowPlaintext: false });
  });

  test("secrets that are committed in the clear are served in development only", () => {
    const text = `${good}secrets: {allowPlaintext: true}\n`;
    expect(read(text).problems.map(({ code, at }) => `${code} ${at.pointer}`)).toEqual(["document/out-of-range /secrets/allowPlaintext"]);
    const { config, problems } = read(`${text}server: {development: true}\n`);
    expect([config?.secrets.allowPlaintext, problems]).toEqual([true, []]);
  });

  test("JSON is YAML", () => {
    const text = JSON.stringify({ apiVersion: "portolan.dev/v1alpha1", kind: "Server", sources: [{ name: "a", path: "/r", branch: "b" }] });
    expect(read(text).config?.sources[0]?.branch).toBe("b");
  });
});

describe("what is wrong", () => {
  test("all mistakes are told at once, with their places", () => {
    const text = `${head}server:
  datadir: /tmp
  instance: EU_1
listen:
  xds: {address: 18000}
  api: {address: "0.0.0.0:18080"}
  grpc: {address: "localhost"}
sources:
- name: main
  path: /srv/routes.git
  brunch: main
  interval: 5
  include: "*.yaml"
- {name: main, url: "https://github.com/acme/routes.git", branch: main}
git: {transport: nativ}
snapshots: {keep: 0}
webhooks: []
`;
    expect(told(text)).toEqual([
      "4:3 error document/unknown-field server.datadir: there is no such field (write dataDir)",
      "5:13 error document/out-of-range server.instance: expected a DNS label: lower-case letters, digits and hyphens",
      "7:18 error document/wrong-type listen.xds.address: expected a string, found a number",
      "8:18 error api/auth-required listen.api: off loopback it must be said who may read (listen on 127.0.0.1, or set auth.tokens, or auth.anonymous to viewer)",
      "8:18 error api/insecure-listener listen.api: plaintext off loopback needs insecure: true (listen on 127.0.0.1, or set listen.api.insecure to true)",
      '9:19 error document/out-of-range listen.grpc.address: expected an IP address or localhost, and a port, such as "127.0.0.1:18080"',
      "11:3 error document/missing-field sources[0].branch is missing (add branch)",
      "13:3 error document/unknown-field sources[0].brunch: there is no such field (write branch)",
      "14:13 error document/wrong-type sources[0].interval: expected a string, found a number",
      "15:12 error document/wrong-type sources[0].include: expected a list, found a string",
      "16:3 error document/missing-field sources[1].path is missing (add path)",
      "16:3 error document/not-served several sources are not served by this version (keep one source)",
      "16:10 error document/duplicate sources[1].name: main is the name of another one",
      "16:16 error document/not-served sources[1].url is not served by this version (delete the field)",
      '17:18 error document/bad-enum git.transport: expected one of auto, http, native, found "nativ" (write native)',
      "18:19 error document/out-of-range snapshots.keep: expected at least 1",
      "19:1 error document/not-served webhooks is not served by this version (delete the field)",
    ]);
    expect(read(text).config).toBeUndefined();
  });

  test.each([
    ["nothing", "", /document\/missing-field the file is not a configuration/],
    ["another document", "apiVersion: v1\nkind: Service\n", /document\/missing-field the file is not a configuration/],
    [
      "another kind",
      `${head.replace("Server", "Fleet")}sources: [{name: a, path: b, branch: c}]\n`,
      /2:7 error document\/bad-enum kind: expected Server, found "Fleet"/,
    ],
    ["another version", good.replace("v1alpha1", "v1"), /1:13 error document\/bad-enum apiVersion: expected portolan.dev\/v1alpha1/],
    ["two documents", `${good}---\n${good}`, /document\/duplicate the file holds more than one document/],
    ["a key twice", `${good}log: {}\nlog: {}\n`, /6:1 error document\/duplicate-key/],
    ["broken YAML", `${good}log: {level\nx: ]`, /error document\/syntax/],
    [
      "a limit that is none",
      `${head}sources: [{name: a, path: b, branch: c, limits: {depth: 0}}]\n`,
      /document\/out-of-range sources\[0\].limits.depth/,
    ],
    [
      "a size without a unit",
      `${head}sources: [{name: a, path: b, branch: c, limits: {bytes: "5"}}]\n`,
      /expected a size such as 64KiB or 256MiB/,
    ],
    ["a size that is too large", `${head}sources: [{name: a, path: b, branch: c, limits: {bytes: 5GiB}}]\n`, /expected from 1B to 4GiB/],
    ["no source", `${head}sources: []\n`, /document\/missing-field sources: there is none/],
    ["sources forgotten", head, /1:1 error document\/missing-field sources is missing \(add sources\)/],
    [
      "a branch and a ref",
      good.replace("branch: main", "branch: main, ref: refs/heads/main"),
      /document\/duplicate branch and ref exclude each other/,
    ],
    ["a short ref", good.replace("branch: main", "ref: main"), /document\/out-of-range sources\[0\].ref: expected the full name/],
    [
      "a worktree in production",
      good.replace("branch: main", "branch: main, worktree: true"),
      /files that are not committed are served in development only/,
    ],
    [
      "a bad duration",
      good.replace("branch: main", "branch: main, interval: soon"),
      /document\/bad-duration sources\[0\].interval: expected a duration/,
    ],
    [
      "a poll too fast",
      good.replace("branch: main", "branch: main, interval: 1s"),
      /document\/out-of-range sources\[0\].interval: expected from 2s to 24h/,
    ],
    ["a control source that is none", `${good}control: {source: other}\n`, /control.source: there is no source other \(write main\)/],
    ["tls on the API", `${good}listen: {api: {tls: {}}}\n`, /listen.api.tls is not served by this version/],
    ["tls without a key", `${good}listen: {xds: {tls: {cert: {file: a}}}}\n`, /document\/missing-field listen.xds.tls.key is missing/],
    [
      "tls that asks nobody for a certificate",
      `${good}listen: {xds: {address: "0.0.0.0:1", tls: {cert: {file: a}, key: {file: b}}}}\n`,
      /api\/insecure-listener listen.xds: open to clients without a certificate off loopback needs insecure: true/,
    ],
    ["nothing where a mapping is", `${good}log:\n`, /document\/wrong-type log: expected a mapping, found nothing/],
    ["a port beyond", `${good}listen: {api: {address: "127.0.0.1:65536"}}\n`, /document\/out-of-range listen.api.address/],
    ["a host name", `${good}listen: {api: {address: "example.com:80"}}\n`, /document\/out-of-range listen.api.address/],
    ["an ftp URL", `${good}server: {publicUrl: "ftp://example.com"}\n`, /server.publicUrl: expected an http or https URL/],
    ["a prototype", `${good}server: {__proto__: {development: true}}\n`, /document\/unknown-field server.__proto__/],
  ])("%s", (_name, text, expected) => {
    expect(told(text).join("\n")).toMatch(expected);
    expect(read(text).config).toBeUndefined();
  });

  test("the problems name the file as the user does", () => {
    expect(read(head).problems[0]?.at).toMatchObject({ source: "", path: "portolan.yaml", line: 1, column: 1 });
  });
});
