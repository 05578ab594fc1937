import { expect, test } from "vitest";
import { show } from "../../src/build/show.ts";
import { CDS } from "../../src/envoy/type-url.ts";
import { MemoryGit } from "../../src/git/memory.ts";
import { conductor, served } from "../support/build.ts";

const ambassador = (kind: string, spec: string) =>
  `---\napiVersion: getambassador.io/v3alpha1\nkind: ${kind}\nmetadata: {name: a}\nspec: {${spec}}\n`;
const files = {
  "fleet.yaml": `apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: edge}\nspec: {nodes: {}, services: {dnsSuffix: .svc}}\n`,
  "routes.yaml":
    ambassador("Listener", "port: 80, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}") +
    ambassador("Host", 'hostname: "*", requestPolicy: {insecure: {action: Route}}') +
    ambassador("Mapping", 'hostname: "*", prefix: /, service: quote.team'),
};
const upstream = `apiVersion: portolan.dev/v1alpha1\nkind: Upstream\nmetadata: {name: other, namespace: team}\nspec: {addresses: ["1.2.3.4:5"]}\n`;

test("a name with the namespace of some document gets the suffix as long as there is such a document", async () => {
  const git = new MemoryGit();
  const incremental = conductor(git);
  for (const [more, address] of [
    [{}, "quote.team"],
    [{ "team.yaml": upstream }, "quote.team.svc"],
    [{ "team.yaml": `${upstream}---\n${upstream.replace("other", "third")}` }, "quote.team.svc"],
    [{}, "quote.team"],
  ] as const) {
    const commit = git.snapshot(new Map(Object.entries({ ...files, ...more })));
    const outcome = await incremental.build(commit);
    const cluster = outcome.fleets[0]?.snapshot.types.get(CDS)?.resources.get("quote.team");
    expect(JSON.stringify(show({ body: cluster?.body ?? new Uint8Array() }))).toContain(`"address":"${address}"`);
    expect(served(outcome)).toEqual(served(await conductor(git).build(commit)));
  }
});
