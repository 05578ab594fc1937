import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { type ServerProcess, serverProcess } from "../../src/server/demo/server-process.ts";

const document = (kind: string, name: string, spec: object) =>
  `---\n${JSON.stringify({ apiVersion: "getambassador.io/v3alpha1", kind, metadata: { name }, spec })}\n`;
const listener = document("Listener", "http", {
  port: 8080,
  protocol: "HTTP",
  securityModel: "INSECURE",
  hostBinding: { namespace: { from: "ALL" } },
});
const host = document("Host", "all", { hostname: "*", requestPolicy: { insecure: { action: "Route" } } });
const mapping = (prefix: unknown) => document("Mapping", "m", { hostname: "*", prefix, service: "127.0.0.1:9" });

let repo: Repository;
let server: ServerProcess;
let skipped: string;

beforeAll(async () => {
  repo = repository();
  skipped = repo.commit({ "a.yaml": listener + host + mapping("/a/") });
  repo.commit({ "a.yaml": listener + host + mapping("/b/") });
  server = await serverProcess(repo.path);
});
afterAll(async () => {
  await server?.stop();
  repo.remove();
});

/** Proxies are in the story; here is what can be told without one. */
describe("wait asks the repository", () => {
  test("for a commit that was never built", async () => {
    const { code, stderr } = await server.run("wait", skipped.slice(0, 10), "--timeout", "0s");
    expect([code, stderr]).toEqual([3, expect.stringMatching(/no node is connected\n$/)]);
  });

  test("for one that it does not have", async () => {
    const { code, stderr } = await server.run("wait", "1".repeat(40), "--timeout", "0s");
    expect([code, stderr]).toEqual([5, expect.stringContaining("the commit 111111111111 is unknown: it is not in the repository of main")]);
  });

  test("for one whose document is left out, which fails at once and names the place", async () => {
    const broken = repo.commit({ "b.yaml": mapping(7).replace('"m"', '"n"') });
    const { code, stdout } = await server.run("wait", broken, "--timeout", "20s");
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^b\.yaml:2:\d+ error document\/wrong-type {2}prefix: /)]);
    repo.commit({ "b.yaml": null });
  });
});

test("events tell a commit and what is wrong with it", async () => {
  const gone = new AbortController();
  const response = await fetch(`${server.api}/api/v1alpha1/events?types=snapshot.*,problem.*`, { signal: gone.signal });
  const sha = repo.commit({ "c.yaml": mapping(true).replace('"m"', '"o"') });
  let text = "";
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.includes("event: problem.opened")) break;
  }
  gone.abort();
  expect(text).toContain(`"commit":"${sha}"`);
  expect(text).toMatch(/event: problem\.opened\ndata: .*"path":"c\.yaml","line":2/);
});
