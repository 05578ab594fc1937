import { expect, test } from "vitest";
import { Conductor } from "../../src/build/conductor.ts";
import { buildFiles } from "../../src/build/offline.ts";
import { CDS } from "../../src/envoy/type-url.ts";
import { MemoryGit } from "../../src/git/memory.ts";
import { staticBootstrap } from "../../src/snapshot/static.ts";
import { inputs, served } from "../support/build.ts";

const server = { name: "vault", host: "10.0.0.1", port: 8234 };
const listener = `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: https}
spec: {port: 8443, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}
`;
const host = (more: string) => `apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: a}
spec: {hostname: a.example.com${more}}
`;
const secure = { "listener.yaml": listener, "host.yaml": host(", tlsSecret: {name: a-cert}") };
const plain = { "listener.yaml": listener, "host.yaml": host("") };
const files = (texts: Readonly<Record<string, string>>) =>
  new Map(Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)]));

test("the cluster of the server comes with the first secret and goes with the last, as in a build of each commit alone", async () => {
  const git = new MemoryGit();
  const follow = new Conductor({ ...inputs(git), secretServer: server });
  const clusters: string[][] = [];
  for (const texts of [plain, secure, plain]) {
    const commit = git.snapshot(files(texts));
    const outcome = await follow.build(commit);
    expect(served(outcome)).toEqual(served(await new Conductor({ ...inputs(git), secretServer: server }).build(commit)));
    clusters.push([...(outcome.fleets[0]?.snapshot.types.get(CDS)?.resources.keys() ?? [])]);
  }
  expect(clusters).toEqual([[], ["sds/vault"], []]);
});

test("without it, what is served is the same as ever, and with it Portolan has no secret to find", async () => {
  const without = (await buildFiles(files(secure))).fleets[0]?.snapshot;
  const used = (await buildFiles(files(secure), { secretServer: server })).fleets[0]?.snapshot;
  expect([without?.secrets.length, used?.secrets.length]).toEqual([1, 0]);
  expect(used?.digest).not.toBe(without?.digest);
  expect((await buildFiles(files(plain), { secretServer: server })).fleets[0]?.snapshot.digest).toBe(
    (await buildFiles(files(plain))).fleets[0]?.snapshot.digest,
  );
});

test("a static configuration still asks the server", async () => {
  const [fleet] = (await buildFiles(files(secure), { secretServer: server })).fleets;
  if (fleet === undefined) throw new Error("there is no fleet");
  expect(JSON.stringify(staticBootstrap(fleet.snapshot, 0, "/secrets"))).toContain(
    '"cluster_name":"sds/vault","authority":"10.0.0.1:8234"',
  );
});
