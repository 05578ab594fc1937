import * as grpc from "@grpc/grpc-js";
import { queryService } from "../../api/grpc.ts";
import type { Stage } from "../demo.ts";
import { type Answer, ask } from "./ask.ts";
import { mapping } from "./shop.ts";
import { traffic } from "./traffic.ts";
import { until } from "./until.ts";

/** Plays the story of a day: commits, a canary, mistakes, a crash, a revert. Every step is checked; gives 0 if all held, else 1. */
export async function story(stage: Stage): Promise<number> {
  let failed = 0;
  for (const [i, [title, step]] of steps.entries()) {
    stage.say(`\n${i + 1}. ${title}`);
    try {
      for (const line of await step(stage)) stage.say(`   ✓ ${line}`);
    } catch (error) {
      failed++;
      stage.say(`   ✗ ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  stage.say(failed === 0 ? `\nAll ${steps.length} steps held.` : `\n${failed} of ${steps.length} steps failed.`);
  return failed === 0 ? 0 : 1;
}

type Step = readonly [title: string, play: (stage: Stage) => Promise<readonly string[]>];

const steps: readonly Step[] = [
  ["Both Envoys serve every kind of route", everyRoute],
  ["Twenty commits, each seen by a request through both", twentyCommits],
  ["A canary takes 30 of 100 requests", canary],
  ["Three broken files harm nobody and are named", brokenFiles],
  ["Status, wait and both query APIs name the same commit", sameCommit],
  ["The control plane is killed in the middle of requests", crash],
  ["A revert brings the old answer back", revert],
];

/** Waits until the answer through both Envoys is as wanted; gives the milliseconds until the slower one. */
async function through({ ports }: Stage, url: string, wanted: (answer: Answer) => boolean, options = {}): Promise<number> {
  const started = performance.now();
  for (const port of [ports.delta, ports.sotw])
    await until(`${url} on port ${port}`, async () => wanted(await ask(port, url, options)), 10);
  return performance.now() - started;
}

async function accepted({ server }: Stage, sha: string): Promise<void> {
  await until(`both Envoys to accept ${sha.slice(0, 12)}`, async () => {
    const { items } = await server.get<{ items: { target?: string; state: string }[] }>("/api/v1alpha1/nodes");
    return items.length === 2 && items.every((node) => node.target === sha && node.state === "accepted");
  });
}

async function everyRoute(stage: Stage): Promise<string[]> {
  await through(stage, "http://shop.example.com/cart/list", (a) => a.upstream === "cart" && a.path === "/list");
  await through(stage, "http://shop.example.com/item/42", (a) => a.upstream === "cart");
  await through(stage, "http://shop.example.com/cart/", (a) => a.upstream === "web", { headers: { "x-beta": "on-purpose" } });
  await through(stage, "http://shop.example.com/old/", (a) => a.status === 308);
  await through(stage, "http://api.example.com/v1/", (a) => a.upstream === "web", { method: "POST" });
  await through(stage, "http://api.example.com/v1/?debug=1", (a) => a.upstream === "web");
  return ["prefix, regex, header, redirect, method and query routes answer"];
}

async function twentyCommits(stage: Stage): Promise<string[]> {
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const service = i % 2 === 0 ? "web" : "cart";
    stage.repo.commit(
      { "mappings/step.yaml": mapping("step", `hostname: shop.example.com\nprefix: /step-${i}/\nservice: ${service}`) },
      `Step ${i}`,
    );
    times.push(await through(stage, `http://shop.example.com/step-${i}/`, (a) => a.upstream === service));
  }
  const sorted = times.sort((a, b) => a - b);
  const worst = sorted.at(-1) ?? 0;
  if (worst > 2000) throw new Error(`a commit took ${Math.round(worst)} ms`);
  return [`commit to answer: median ${Math.round(sorted[10] ?? 0)} ms, worst ${Math.round(worst)} ms`];
}

async function canary(stage: Stage): Promise<string[]> {
  stage.repo.commit(
    { "mappings/canary.yaml": mapping("canary", "hostname: shop.example.com\nprefix: /\nservice: cart\nweight: 30") },
    "Try the cart",
  );
  await through(stage, "http://shop.example.com/x", (a) => a.upstream === "cart");
  const lines: string[] = [];
  for (const mode of ["delta", "sotw"] as const) {
    let taken = 0;
    for (let i = 0; i < 2000; i++) if ((await ask(stage.ports[mode], "http://shop.example.com/x")).upstream === "cart") taken++;
    const share = taken / 20;
    if (Math.abs(share - 30) > 4) throw new Error(`the canary got ${share} % of the requests on ${mode}`);
    lines.push(`${share.toFixed(1)} % of 2,000 requests on the ${mode} Envoy`);
  }
  return lines;
}

async function brokenFiles(stage: Stage): Promise<string[]> {
  const sha = stage.repo.commit(
    {
      "mappings/canary.yaml": null,
      "mappings/syntax.yaml": "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: syntax\n",
      "mappings/typo.yaml": mapping("typo", "hostname: shop.example.com\nprefix: /typo/\nservice: cart\ntimeout_msec: 7"),
      "mappings/regex.yaml": mapping(
        "regex-broken",
        'hostname: shop.example.com\nprefix: "/a(b"\nprefix_regex: true\nrewrite: ""\nservice: cart',
      ),
    },
    "Three mistakes",
  );
  await accepted(stage, sha);
  await through(stage, "http://shop.example.com/cart/list", (a) => a.upstream === "cart");
  interface Item {
    readonly problem: {
      readonly code: string;
      readonly message: string;
      readonly at: { readonly path: string; readonly line: number; readonly column: number };
    };
  }
  const items = await until("the problems", async () => {
    const answer = await stage.server.get<{ items: Item[] }>("/api/v1alpha1/problems");
    return answer.items.length >= 3 && answer.items;
  });
  const lines = ["mappings/regex.yaml", "mappings/syntax.yaml", "mappings/typo.yaml"].map((path) => {
    const found = items.find((item) => item.problem.at.path === path)?.problem;
    if (found?.at.line === undefined) throw new Error(`${path} is not reported with its line`);
    return `${path}:${found.at.line}:${found.at.column} ${found.code}  ${found.message}`;
  });
  return ["all other routes serve", ...lines];
}

async function sameCommit(stage: Stage): Promise<string[]> {
  const gone = { "mappings/syntax.yaml": null, "mappings/typo.yaml": null, "mappings/regex.yaml": null };
  const sha = stage.repo.commit(gone, "Mend the routes");
  const waited = await stage.server.run("wait", sha, "--timeout", "20s");
  if (waited.code !== 0) throw new Error(`wait ended with ${waited.code}: ${waited.stderr}`);
  const status = await stage.server.run("status");
  if (!status.stdout.includes(sha.slice(0, 12))) throw new Error(`status does not name the commit:\n${status.stdout}`);
  const { items } = await stage.server.get<{ items: { commit: string }[] }>("/api/v1alpha1/snapshots");
  if (items[0]?.commit !== sha) throw new Error(`the HTTP API names ${items[0]?.commit}`);
  const queried = await newestByGrpc(stage.server.grpcPort);
  if (queried !== sha) throw new Error(`the query service names ${queried}`);
  return [...waited.stdout.trim().split("\n"), ...status.stdout.trimEnd().split("\n")];
}

function newestByGrpc(port: number): Promise<string | undefined> {
  const Client = grpc.makeGenericClientConstructor(queryService(), "Query");
  const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure()) as unknown as grpc.Client & {
    ListSnapshots(request: object, done: (error: Error | null, answer?: { items: { commit: string }[] }) => void): void;
  };
  return new Promise((resolve, reject) => {
    client.ListSnapshots({}, (error, answer) => {
      client.close();
      if (error === null) resolve(answer?.items[0]?.commit);
      else reject(error);
    });
  });
}

async function crash(stage: Stage): Promise<string[]> {
  const { server, envoys, ports } = stage;
  const load = traffic([ports.delta, ports.sotw], "http://shop.example.com/cart/");
  const sent = async () =>
    [await envoys.delta.stat("cluster_manager.cds.update_success"), await envoys.delta.stat("listener_manager.lds.update_success")].join();
  const before = await sent();
  await server.kill("SIGKILL");
  await load.atLeast(200);
  await server.restart();
  await until("both Envoys to come back", async () => {
    const connected = await Promise.all([envoys.delta, envoys.sotw].map((envoy) => envoy.stat("control_plane.connected_state")));
    return connected.every((state) => state === 1);
  });
  const { items } = await server.get<{ items: { commit: string }[] }>("/api/v1alpha1/snapshots");
  await accepted(stage, items[0]?.commit ?? "");
  await load.atLeast(200);
  const { failed } = await load.stop();
  if (failed.length > 0) throw new Error(`${failed.length} requests failed, first ${failed[0]}`);
  const after = await sent();
  if (after !== before) throw new Error(`the delta Envoy was sent something again: ${before} before, ${after} after`);
  return ["no request failed", "nothing was sent again to the delta Envoy"];
}

async function revert(stage: Stage): Promise<string[]> {
  stage.repo.commit(
    { "mappings/cart.yaml": mapping("cart", "hostname: shop.example.com\nprefix: /cart/\nservice: web") },
    "Send the cart to web",
  );
  await through(stage, "http://shop.example.com/cart/", (a) => a.upstream === "web");
  stage.repo.git("revert", "--no-edit", "HEAD");
  const ms = await through(stage, "http://shop.example.com/cart/", (a) => a.upstream === "cart");
  return [`the cart answers again, ${Math.round(ms)} ms after the revert`];
}
