import { expect, test } from "vitest";
import { show } from "../../src/build/show.ts";
import { RDS } from "../../src/envoy/type-url.ts";
import { MemoryGit } from "../../src/git/memory.ts";
import { conductor, found, served } from "../support/build.ts";

const document = (kind: string, name: string, spec: string, metadata = "") =>
  `---\napiVersion: getambassador.io/v3alpha1\nkind: ${kind}\nmetadata: {name: ${name}${metadata}}\nspec: {${spec}}\n`;
const fleet = (ambassador: string) =>
  `---\napiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: edge}\nspec: {nodes: {}, ambassador: {${ambassador}}}\n`;
const base =
  document("Listener", "http", "port: 80, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}") +
  document("Host", "any", 'hostname: "*", requestPolicy: {insecure: {action: Route}}');

/** Builds one commit after the other; each is what a new build gives. */
function builder() {
  const git = new MemoryGit();
  const incremental = conductor(git);
  return async (files: Readonly<Record<string, string>>) => {
    const commit = git.snapshot(new Map(Object.entries({ "base.yaml": base, ...files })));
    const outcome = await incremental.build(commit);
    const full = conductor(git);
    expect(served(outcome)).toEqual(served(await full.build(commit)));
    expect(found(incremental.findings())).toEqual(found(full.findings()));
    const tables = [...(outcome.fleets[0]?.snapshot.types.get(RDS)?.resources.values() ?? [])].map((one) => JSON.stringify(show(one)));
    return { text: tables.join("\n"), cells: outcome.fleets[0]?.cells, findings: [...incremental.findings()] };
  };
}

const codes = (findings: readonly { readonly code: string; readonly pointer: string }[]) => findings.map(({ code }) => code);

test("variables of the fleet stand in strings only, and what they break has the effect of its row", async () => {
  const build = builder();
  const mapping = (spec: string) => document("Mapping", "a", `hostname: "*", prefix: /a/, service: "${"$"}{SVC}:80", ${spec}`);
  const variables = "variables: {SVC: quote, TIMEOUT: 9000, PATTERN: '(', TEAM: red}".replace("9000", "'9000'");
  const plain = await build({ "a.yaml": mapping("timeout_ms: 1000") });
  expect(plain.text).toContain('"cluster":"__svc__80');
  expect(codes(plain.findings)).toEqual(["ambassador/unresolved-variable"]);

  const replaced = await build({ "fleet.yaml": fleet(variables), "a.yaml": mapping("add_request_headers: {x-$TEAM: '$$TEAM-$TEAMS'}") });
  expect(replaced.text).toContain('"cluster":"quote_80"');
  expect(replaced.text).toContain('"key":"x-$TEAM","value":"$red-$TEAMS"');
  expect(codes(replaced.findings)).toEqual(["ambassador/unresolved-variable"]);

  const broken = await build({ "fleet.yaml": fleet(variables), "a.yaml": mapping("regex_headers: {x-a: $PATTERN}") });
  expect(broken.text).not.toContain("quote");
  expect(broken.findings).toMatchObject([{ code: "document/regex-invalid", effect: "left-out" }]);

  const ids = await build({ "fleet.yaml": fleet("variables: {ID: default}"), "a.yaml": mapping('ambassador_id: ["$ID"]') });
  expect(ids.text).toContain("/a/");
});

test("only documents of the namespaces and with the labels of the fleet are read", async () => {
  const build = builder();
  const files = {
    "a.yaml": document("Mapping", "a", 'hostname: "*", prefix: /a/, service: a', ", namespace: one, labels: {tier: web}"),
    "b.yaml": document("Mapping", "b", 'hostname: "*", prefix: /b/, service: b', ", namespace: two, labels: {tier: web}"),
    "c.yaml": document("Mapping", "c", 'hostname: "*", prefix: /c/, service: c', ", namespace: one"),
  };
  const prefixes = ({ text }: { text: string }) => [...text.matchAll(/"prefix":"(\/\w\/)"/g)].map(([, prefix]) => prefix).sort();
  expect(prefixes(await build(files))).toEqual(["/a/", "/b/", "/c/"]);
  expect(prefixes(await build({ ...files, "fleet.yaml": fleet("inputNamespaces: [default, one]") }))).toEqual(["/a/", "/c/"]);
  const labelled = { "base.yaml": base.replaceAll(/(name: (?:http|any))/g, "$1, labels: {tier: web}") };
  const byLabel = { ...files, ...labelled, "fleet.yaml": fleet("labelSelector: {matchLabels: {tier: web}}") };
  expect(prefixes(await build(byLabel))).toEqual(["/a/", "/b/"]);
});

test("with loose selectors a hostname or one label is enough", async () => {
  const build = builder();
  const host = document(
    "Host",
    "s",
    "hostname: s.example.com, mappingSelector: {matchLabels: {team: red, tier: web}}, requestPolicy: {insecure: {action: Route}}",
  );
  const files = {
    "base.yaml": base.slice(0, base.lastIndexOf("---")) + host,
    "a.yaml": document("Mapping", "a", "hostname: s.example.com, prefix: /a/, service: a"),
    "b.yaml": document("Mapping", "b", "prefix: /b/, service: b", ", labels: {team: red}"),
    "c.yaml": document("Mapping", "c", "prefix: /c/, service: c", ", labels: {team: blue}"),
    "d.yaml": document("Mapping", "d", "prefix: /d/, service: d", ", labels: {team: red, tier: web}"),
  };
  const services = ({ text }: { text: string }) => [...text.matchAll(/"cluster":"(\w)"/g)].map(([, name]) => name).sort();
  expect(services(await build(files))).toEqual(["d"]);
  const loose = await build({ ...files, "fleet.yaml": fleet("looseLabelSelectors: true") });
  expect(services(loose)).toEqual(["a", "b", "d"]);
  expect(codes(loose.findings)).toEqual(["route/unattached"]);
});

const rule = (filename: string) => `error_response_overrides: [{on_status_code: 503, body: {text_format_source: {filename: ${filename}}}}]`;

test("an error response has the text of the file that the fleet maps, and follows it", async () => {
  const build = builder();
  const files = {
    "a.yaml": document("Mapping", "a", `hostname: "*", prefix: /a/, service: a, ${rule("/etc/errors/503.html")}`),
    "b.yaml": document("Mapping", "b", 'hostname: "*", prefix: /b/, service: b'),
    "fleet.yaml": fleet("files: {/etc/errors/503.html: errors/503.html, /etc/404: errors/404.txt}"),
  };
  const without = await build(files);
  expect(without.text).not.toContain("custom_response");
  expect(without.findings).toMatchObject([{ code: "ambassador/unmapped-file", effect: "slice-dropped" }]);

  const first = await build({ ...files, "errors/503.html": "<p>later, %RESPONSE_CODE%</p>" });
  expect(first.text).toContain('"inline_string":"<p>later, %RESPONSE_CODE%</p>"');
  expect(first.findings).toEqual([]);
  expect((await build({ ...files, "errors/503.html": "<p>later, %RESPONSE_CODE%</p>", "errors/other.txt": "x" })).cells).toBe(0);

  const second = await build({ ...files, "errors/503.html": "soon" });
  expect(second.text).toContain('"inline_string":"soon"');
  expect(second.cells).toBe(1);

  for (const [text, code] of [
    ["100%", "ambassador/bad-format"],
    [`-----BEGIN ${"PRIVATE"} KEY-----`, "ambassador/unmapped-file"],
    ["x".repeat(1024 * 1024 + 1), "ambassador/unmapped-file"],
  ] as const) {
    const refused = await build({ ...files, "errors/503.html": text });
    expect(refused.text).not.toContain("custom_response");
    expect(codes(refused.findings)).toEqual([code]);
  }
});

test("so has one of the Module", async () => {
  const build = builder();
  const files = {
    "a.yaml": document("Mapping", "a", 'hostname: "*", prefix: /a/, service: a'),
    "module.yaml": document("Module", "ambassador", `config: {${rule("/e")}}`),
  };
  const unmapped = await build(files);
  expect(unmapped.findings).toMatchObject([
    { code: "ambassador/unmapped-file", pointer: "/spec/config/error_response_overrides/0/body/text_format_source/filename" },
  ]);
  expect(unmapped.text).not.toContain("custom_response");
  const mapped = { ...files, "fleet.yaml": fleet("files: {/e: e.txt}") };
  for (const text of ["one", "two"]) expect((await build({ ...mapped, "e.txt": text })).text).toContain(`"inline_string":"${text}"`);
  expect(codes((await build(mapped)).findings)).toEqual(["ambassador/unmapped-file"]);
});
