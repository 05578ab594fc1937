import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { Health } from "../xds/health/health.ts";
import { healthService } from "../xds/health/message.ts";
import { type Access, readOnly } from "./access.ts";
import type { ClientView } from "./csds/client-status.ts";
import { addCsds, csdsService } from "./csds/service.ts";
import { addHealth } from "./grpc-health.ts";
import type { Address, Listening } from "./http.ts";
import { nodeJson, snapshotJson, statusJson } from "./json.ts";
import { type Page, type PageRequest, page } from "./page.ts";
import { name, paging, parameters, status, time } from "./parameters.ts";
import { addReflection, reflectionServices } from "./reflection/service.ts";
import { RequestError, type RequestFault } from "./request-error.ts";
import { historyPage, snapshotOf } from "./snapshot-of.ts";
import type { View } from "./view.ts";

/** What `Query` asks; proto-loader gives every field, the unset ones empty. */
type Fields = Readonly<Record<string, string | number>>;

const queryName = "portolan.query.v1alpha1.Query";

/** The service definition, read from `proto/`; also what a client is made from. */
export function queryService(): grpc.ServiceDefinition {
  // Both in a checkout and in the package `proto` stands beside package.json.
  const root = join(dirname(findPackageJSON(import.meta.url) ?? ""), "proto");
  const loaded = loadSync("portolan/query/v1alpha1/query.proto", { includeDirs: [root], keepCase: true, longs: Number, defaults: true });
  return loaded[queryName] as grpc.ServiceDefinition;
}

/** What the gRPC API is started with. */
export interface GrpcOptions {
  readonly address: Address;
  /** What the streams of a node have; see {@link ClientView}. */
  readonly resources: ClientView["resources"];
  /** Who may read; absent: everybody. */
  readonly access?: Access;
  /** Told of bugs in an answer. */
  onError(error: Error): void;
}

/** Serves `portolan.query.v1alpha1.Query`, client status (CSDS), health and reflection. Rejects if it cannot listen. */
export async function serveGrpc(view: View, { address, resources, access = readOnly, onError }: GrpcOptions): Promise<Listening> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 1024 * 1024, interceptors: [reading(access)] });
  server.addService(queryService(), {
    GetStatus: unary(() => statusJson(view), onError),
    ListSnapshots: unary(async (asked) => list(await listSnapshots(view, asked), (one) => snapshotJson(one, view)), onError),
    GetSnapshot: unary(async (asked) => snapshotJson(await snapshotOf(view, String(asked.commit), optional(asked.fleet)), view), onError),
    ListNodes: unary((asked) => list(listNodes(view, asked), nodeJson), onError),
  });
  addCsds(server, { nodes: () => view.nodes(), resources }, onError);
  const names = [queryName, csdsService, healthService, ...reflectionServices];
  const health = new Health(names);
  addHealth(server, health);
  addReflection(server, names);
  health.set(true);
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const port = await bind(server, `${host}:${address.port}`);
  return {
    port,
    close() {
      health.set(false);
      return stop(server);
    },
  };
}

/** The fields of a list request; proto3 does not tell an unset one from an empty one, so empty ones count as absent. */
const pageFields = { page_size: paging.limit, page_token: paging.cursor };

function listSnapshots(view: View, { fleet, since, page_size, page_token }: Fields) {
  const asked = parameters(filled({ fleet, since, page_size, page_token }), {
    fleet: name.optional(),
    since: time.optional(),
    ...pageFields,
  });
  return historyPage(view, { fleet: asked.fleet, since: asked.since, ...pageOf(asked) });
}

function listNodes(view: View, { fleet, state, page_size, page_token }: Fields) {
  const shape = { fleet: name.optional(), state: status.optional(), ...pageFields };
  const asked = parameters(filled({ fleet, state, page_size, page_token }), shape);
  return page(view.nodes({ fleet: asked.fleet, state: asked.state }), (node) => `${node.fleet}/${node.id}`, pageOf(asked));
}

function list<Item, Json>(cut: Page<Item>, toJson: (item: Item) => Json) {
  return { items: cut.items.map(toJson), next_page_token: cut.next ?? "" };
}

function pageOf({ page_size, page_token }: { readonly page_size: number; readonly page_token?: string | undefined }): PageRequest {
  return { limit: page_size, ...(page_token === undefined ? {} : { cursor: page_token }) };
}

/** The fields that are set, as text. */
function filled(fields: Readonly<Record<string, string | number | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined || value === "" || value === 0 ? [] : [[key, String(value)]])),
  );
}

function optional(value: string | number | undefined): string | undefined {
  return value === "" || value === undefined ? undefined : String(value);
}

const codes: Readonly<Record<RequestFault, grpc.status>> = {
  "not-found": grpc.status.NOT_FOUND,
  "bad-parameter": grpc.status.INVALID_ARGUMENT,
  gone: grpc.status.INVALID_ARGUMENT,
  "too-large": grpc.status.RESOURCE_EXHAUSTED,
  unavailable: grpc.status.UNAVAILABLE,
  "host-refused": grpc.status.PERMISSION_DENIED,
  unauthenticated: grpc.status.UNAUTHENTICATED,
  "role-required": grpc.status.PERMISSION_DENIED,
  "too-many": grpc.status.RESOURCE_EXHAUSTED,
  "stale-generation": grpc.status.ABORTED,
  refused: grpc.status.FAILED_PRECONDITION,
};

function unary(handle: (asked: Fields) => object | Promise<object>, onError: (error: Error) => void): grpc.handleUnaryCall<Fields, object> {
  return async (call, reply) => {
    try {
      reply(null, await handle(call.request));
    } catch (error) {
      if (error instanceof RequestError) return reply({ code: codes[error.fault], details: error.message });
      onError(error instanceof Error ? error : new Error(String(error)));
      reply({ code: grpc.status.INTERNAL, details: "the server has failed to answer; its log says why" });
    }
  };
}

/** Lets pass who may read; health is for everybody, as load balancers have no token. */
function reading(access: Access): grpc.ServerInterceptor {
  return (method, call) =>
    new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            try {
              if (!method.path.startsWith(`/${healthService}/`)) access.read(metadata.get("authorization")[0]?.toString(), call.getPeer());
              pass(metadata);
            } catch (error) {
              if (!(error instanceof RequestError)) throw error;
              call.sendStatus({ code: codes[error.fault], details: error.message });
            }
          },
        }),
    });
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
