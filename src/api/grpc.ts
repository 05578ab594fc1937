import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Address, Listening } from "./http.ts";
import { nodeJson, snapshotJson, statusJson } from "./json.ts";
import { type Page, page } from "./page.ts";
import { name, paging, parameters, status } from "./parameters.ts";
import { RequestError, type RequestFault } from "./request-error.ts";
import { snapshotOf } from "./snapshot-of.ts";
import type { View } from "./view.ts";

/** What `Query` asks; proto-loader gives every field, the unset ones empty. */
type Fields = Readonly<Record<string, string | number>>;

/** The service definition, read from `proto/`; also what a client is made from. */
export function queryService(): grpc.ServiceDefinition {
  const root = fileURLToPath(new URL("../../proto", import.meta.url));
  const loaded = loadSync("portolan/query/v1alpha1/query.proto", { includeDirs: [root], keepCase: true, longs: Number, defaults: true });
  return loaded["portolan.query.v1alpha1.Query"] as grpc.ServiceDefinition;
}

/** Serves `portolan.query.v1alpha1.Query`. Rejects if it cannot listen; `onError` is told of bugs in an answer. */
export async function serveGrpc(
  view: View,
  { address, onError }: { readonly address: Address; onError(error: Error): void },
): Promise<Listening> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 1024 * 1024 });
  server.addService(queryService(), {
    GetStatus: unary(() => statusJson(view), onError),
    ListSnapshots: unary((asked) => list(listSnapshots(view, asked), snapshotJson), onError),
    GetSnapshot: unary((asked) => snapshotJson(snapshotOf(view, String(asked.commit), optional(asked.fleet))), onError),
    ListNodes: unary((asked) => list(listNodes(view, asked), nodeJson), onError),
  });
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const port = await bind(server, `${host}:${address.port}`);
  return { port, close: () => stop(server) };
}

function listSnapshots(view: View, asked: Fields) {
  const { fleet, ...request } = parameters(filled({ fleet: asked.fleet, ...pageOf(asked) }), { fleet: name.optional(), ...paging });
  return page(view.snapshots(fleet), (one) => `${one.fleet}/${one.sequence}`, request);
}

function listNodes(view: View, asked: Fields) {
  const shape = { fleet: name.optional(), state: status.optional(), ...paging };
  const { fleet, state, ...request } = parameters(filled({ fleet: asked.fleet, state: asked.state, ...pageOf(asked) }), shape);
  return page(view.nodes({ fleet, state }), (node) => `${node.fleet}/${node.id}`, request);
}

function list<Item, Json>(cut: Page<Item>, toJson: (item: Item) => Json) {
  return { items: cut.items.map(toJson), next_page_token: cut.next ?? "" };
}

function pageOf(asked: Fields) {
  return { limit: asked.page_size === 0 ? undefined : String(asked.page_size), cursor: asked.page_token };
}

/** The fields that are set: in proto3 an empty string is one that is not. */
function filled(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "" && value !== undefined));
}

function optional(value: string | number | undefined): string | undefined {
  return value === "" || value === undefined ? undefined : String(value);
}

const codes: Readonly<Record<RequestFault, grpc.status>> = {
  "not-found": grpc.status.NOT_FOUND,
  "bad-parameter": grpc.status.INVALID_ARGUMENT,
  gone: grpc.status.INVALID_ARGUMENT,
  "host-refused": grpc.status.PERMISSION_DENIED,
};

function unary(handle: (asked: Fields) => object, onError: (error: Error) => void): grpc.handleUnaryCall<Fields, object> {
  return (call, reply) => {
    try {
      reply(null, handle(call.request));
    } catch (error) {
      if (error instanceof RequestError) return reply({ code: codes[error.fault], details: error.message });
      onError(error instanceof Error ? error : new Error(String(error)));
      reply({ code: grpc.status.INTERNAL, details: "the server has failed to answer; its log says why" });
    }
  };
}

function bind(server: grpc.Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}

/** Milliseconds that calls in progress get before they are cut. */
const grace = 500;

function stop(server: grpc.Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.forceShutdown(), grace);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
