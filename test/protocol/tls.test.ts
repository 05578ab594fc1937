import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { SecureClientSessionOptions } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CDS } from "../../src/envoy/type-url.ts";
import type { TlsFiles } from "../../src/xds/grpc/tls-files.ts";
import { Authority, type Pair } from "../support/certificates.ts";
import { Bench } from "./bench.ts";
import { until } from "./client/until.ts";
import type { Variant } from "./client/variant.ts";
import { cluster } from "./resources.ts";

const spiffe = "spiffe://portolan/edge-1";

let directory: string;
let own: Authority;
let foreign: Authority;
let pairs: Record<"server" | "renewed" | "edge1" | "edge2" | "expired" | "stranger", Pair>;
let files: TlsFiles & { readonly clientCa: string };
let bench: Bench;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-tls-"));
  own = new Authority(directory, "own");
  foreign = new Authority(directory, "foreign");
  pairs = {
    server: own.issue("server", "IP:127.0.0.1"),
    renewed: own.issue("renewed", "IP:127.0.0.1"),
    edge1: own.issue("edge1", `DNS:edge-1.example,URI:${spiffe}`),
    edge2: own.issue("edge2", "DNS:edge-2.example"),
    expired: own.issue("expired", `URI:${spiffe}`, -1),
    stranger: foreign.issue("stranger", `URI:${spiffe}`),
  };
  files = { cert: join(directory, "tls.crt"), key: join(directory, "tls.key"), clientCa: join(directory, "client-ca.crt") };
});
afterAll(() => rmSync(directory, { recursive: true }));

beforeEach(() => {
  install(pairs.server, own);
  bench = new Bench();
});
afterEach(() => bench.close());

function install({ cert, key }: Pair, clients: Authority): void {
  copyFileSync(cert, files.cert);
  copyFileSync(key, files.key);
  copyFileSync(clients.ca.cert, files.clientCa);
}

function as(pair: Pair | undefined): SecureClientSessionOptions {
  const trusted = { ca: readFileSync(own.ca.cert) };
  return pair === undefined ? trusted : { ...trusted, cert: readFileSync(pair.cert), key: readFileSync(pair.key) };
}

/** Asks for clusters; the answer, or `refused`. */
async function ask(pair: Pair | undefined, { variant = "DA" as Variant, node = "n1", more = {} } = {}): Promise<string> {
  const client = bench.client(variant, node, { ...as(pair), ...more });
  client.ask(CDS);
  const call = client.stream(CDS);
  await until(
    () => "an answer or the end",
    () => client.log.length > 0 || call.ending !== undefined,
  );
  return client.log[0]?.resources[0]?.name ?? (call.ending?.code === undefined ? "refused" : `code ${call.ending.code}`);
}

/** Serial number of the certificate that the server shows now. */
function shown(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: bench.port, ...as(pairs.edge1), ALPNProtocols: ["h2"] }, () => {
      resolve(socket.getPeerCertificate().subject.CN as string);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

describe("mutual TLS", () => {
  test.each(["S", "SA", "D", "DA"] as const)("%s: a node with a certificate is served, and known by it", async (variant) => {
    await bench.start({}, { tls: files });
    bench.publish(1, cluster("a"));
    expect(await ask(pairs.edge1, { variant, node: "edge-1" })).toBe("a");
    expect(bench.fleet.node("edge-1")).toMatchObject({ peer: { identity: { name: spiffe, uris: [spiffe] } } });
    expect(await ask(pairs.edge2, { variant, node: "edge-2" })).toBe("a");
    expect(bench.fleet.node("edge-2")).toMatchObject({ peer: { identity: { name: "edge-2.example", uris: [] } } });
  });

  test.each([
    ["no certificate", undefined, "no_certificate"],
    ["a certificate of another authority", "stranger", "no_certificate"],
    ["an expired certificate", "expired", "expired"],
  ] as const)("SEC-01 S SA D DA: %s is turned away before anything is said", async (_, name, reason) => {
    await bench.start({}, { tls: files });
    bench.publish(1, cluster("a"));
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      for (const variant of ["S", "SA", "D", "DA"] as const) {
        expect(await ask(name === undefined ? undefined : pairs[name], { variant, more: { maxVersion } })).toBe("refused");
      }
    }
    expect(bench.denials).toEqual(Array(8).fill(reason));
    expect(bench.ends).toEqual([]);
    expect(await ask(pairs.edge1)).toBe("a");
  });

  test("plaintext is not understood", async () => {
    await bench.start({}, { tls: files });
    bench.publish(1, cluster("a"));
    const client = bench.client("DA");
    client.ask(CDS);
    expect((await client.ended(CDS)).code).toBeUndefined();
  });

  test("without an authority for clients nobody needs a certificate", async () => {
    await bench.start({}, { tls: { cert: files.cert, key: files.key } });
    bench.publish(1, cluster("a"));
    expect(await ask(undefined)).toBe("a");
    expect(bench.fleet.node("n1")?.peer?.identity).toBeUndefined();
  });

  test("streams are counted by identity and node id", async () => {
    await bench.start({ streamsPerNode: 1 }, { tls: files });
    bench.publish(1, cluster("a"));
    expect([await ask(pairs.edge1), await ask(pairs.edge2), await ask(pairs.edge1)]).toEqual(["a", "a", "code 8"]);
  });

  test("a stream ends when its certificate expires", async () => {
    await bench.start({}, { tls: files });
    bench.publish(1, cluster("a"));
    const client = bench.client("DA", "n1", as(pairs.edge1));
    client.ask(CDS);
    await client.take(CDS, "a=1");
    const left = (bench.fleet.node("n1")?.peer?.identity?.expiresAt ?? 0) - bench.clock.now();
    expect(left).toBeGreaterThan(0);
    bench.advance(left - 1);
    await client.silent();
    bench.advance(1);
    expect(await client.ended(CDS)).toMatchObject({ code: 7 });
    expect([bench.denials, bench.ends]).toEqual([["expired"], ["denied"]]);
  });
});

describe("new certificates", () => {
  test("are used for new connections, and the others go on", async () => {
    await bench.start({}, { tls: files });
    bench.publish(1, cluster("a"));
    const client = bench.client("DA", "n1", as(pairs.edge1));
    client.ask(CDS);
    await client.take(CDS, "a=1");
    expect(await shown()).toBe("server");
    install(pairs.renewed, foreign);
    await looked();
    expect(await shown()).toBe("renewed");
    expect(await ask(pairs.edge1)).toBe("refused");
    expect(await ask(pairs.stranger)).toBe("a");
    bench.publish(2, cluster("a", "2"));
    await client.take(CDS, "a=2");
  });

  test.each([
    ["a certificate without its key", () => copyFileSync(pairs.renewed.cert, files.cert), "is not the key of the certificate"],
    ["no certificate at all", () => writeFileSync(files.cert, "x"), "holds no certificate"],
    ["no authority", () => writeFileSync(files.clientCa, "x"), "holds no certificate"],
    ["no file", () => rmSync(files.key), "there is no such file"],
  ])("that cannot be used are told, and the old ones stay: %s", async (_, spoil, message) => {
    await bench.start({}, { tls: files });
    bench.publish(1, cluster("a"));
    spoil();
    await looked();
    expect(bench.brokenTls).toEqual([expect.stringContaining(message)]);
    expect([await shown(), await ask(pairs.edge1)]).toEqual(["server", "a"]);
    install(pairs.renewed, own);
    await looked();
    expect(bench.brokenTls.at(-1)).toBeUndefined();
    expect(await shown()).toBe("renewed");
  });

  test("that cannot be used keep the server from starting", async () => {
    writeFileSync(files.key, readFileSync(files.cert));
    await expect(bench.start({}, { tls: files })).rejects.toThrow(`${files.key} holds no private key`);
  });

  /** The server has looked at the files once more. */
  async function looked(): Promise<void> {
    const before = bench.brokenTls.length;
    bench.advance(5_000);
    await until(
      () => "a look at the files",
      () => bench.brokenTls.length > before,
    );
  }
});

test("FLO-07 in a storm of one identity and address the others are served at once, and in the end all are", async () => {
  await bench.start({ newStreamsPerPeer: { perSecond: 5, burst: 20 } }, { tls: files });
  bench.publish(1, cluster("a"));
  let waiting = Array.from({ length: 50 }, (_, i) => `n${i}`);
  const rounds: number[] = [];
  while (waiting.length > 0) {
    const answers = await Promise.all(waiting.map(async (node) => [node, await ask(pairs.edge1, { node })] as const));
    expect(await ask(pairs.edge2, { node: `other-${rounds.length}` })).toBe("a");
    expect(answers.filter(([, answer]) => answer !== "a" && answer !== "code 8")).toEqual([]);
    waiting = answers.filter(([, answer]) => answer !== "a").map(([node]) => node);
    rounds.push(waiting.length);
    bench.advance(2_000);
  }
  expect(rounds).toEqual([30, 20, 10, 0]);
});
