import { readFileSync } from "node:fs";
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { SDS } from "../../src/envoy/type-url.ts";
import { MessageReader, messagePrefix } from "../../src/xds/grpc/message-reader.ts";
import type { Pair } from "../support/certificates.ts";

/** A server of secrets that has nothing to do with Portolan. */
export interface SecretServerOfTest {
  readonly port: number;
  /** Names that were asked for, in order. */
  readonly asked: string[];
  /** From now on there is a certificate with its key under this name; whoever has asked for it gets it. */
  put(name: string, pair: Pair): void;
  close(): Promise<void>;
}

/** Starts one: `StreamSecrets` of what it was told, and nothing else. */
export async function secretServer(): Promise<SecretServerOfTest> {
  const secrets = new Map<string, object>();
  const asked: string[] = [];
  const streams = new Set<() => void>();
  const sessions = new Set<ServerHttp2Session>();
  let version = 0;
  const server = createServer();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    if (headers[":path"] !== "/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets") return stream.close();
    stream.respond({ ":status": 200, "content-type": "application/grpc" });
    stream.on("error", () => undefined);
    let names: readonly string[] = [];
    const answer = () => {
      const resources = names.flatMap((name) => secrets.get(name) ?? []);
      if (resources.length === 0 || stream.closed) return;
      const bytes = encode("envoy.service.discovery.v3.DiscoveryResponse", {
        version_info: `${version}`,
        nonce: `${version}`,
        type_url: SDS,
        resources: resources.map((one) => ({ "@type": SDS, ...one })),
      });
      stream.write(Buffer.concat([messagePrefix(bytes.length), bytes]));
    };
    streams.add(answer);
    stream.on("close", () => streams.delete(answer));
    const reader = new MessageReader(1024 * 1024);
    stream.on("data", (chunk: Uint8Array) => {
      for (const message of reader.push(chunk)) {
        const request = decode("envoy.service.discovery.v3.DiscoveryRequest", message) as {
          resource_names?: string[];
          response_nonce?: string;
        };
        const before = names;
        names = request.resource_names ?? [];
        asked.push(...names.filter((name) => !before.includes(name)));
        if (request.response_nonce === undefined) answer();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const inline = (file: string) => ({ inline_bytes: readFileSync(file).toString("base64") });
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    put(name, { cert, key }) {
      version++;
      secrets.set(name, { name, tls_certificate: { certificate_chain: inline(cert), private_key: inline(key) } });
      for (const answer of streams) answer();
    },
    async close() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
