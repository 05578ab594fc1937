import { fileURLToPath } from "node:url";
import { type handleUnaryCall, loadPackageDefinition, Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { fields, text } from "../../src/codec/wire.ts";
import type { AdapterState, Name } from "./state.ts";

interface StateRequest {
  readonly node: string;
  readonly version: string;
  readonly resources: readonly { readonly type_url: string; readonly value: Buffer }[];
}

interface ResourceRequest {
  readonly node: string;
  readonly typeUrl: string;
  readonly resourceName: string;
  readonly version: string;
}

/** A gRPC server with `adapter.Adapter`. No method ever fails: the harness takes every response for given. */
export async function startService(state: AdapterState, host: string, port: number): Promise<{ readonly port: number; close(): void }> {
  const server = new Server();
  server.addService(definition(), {
    SetState: unary<StateRequest>(({ node, version, resources }) => {
      state.set(node, version, resources.map(nameOf));
      return { success: true };
    }),
    ClearState: unary<{ readonly node: string }>(({ node }) => {
      state.set(node, "", []);
      return { response: "cleared" };
    }),
    AddResource: unary<ResourceRequest>((request) => {
      state.add(request.node, request.version, named(request));
      return { success: true };
    }),
    UpdateResource: unary<ResourceRequest>((request) => ({ success: state.update(request.node, request.version, named(request)) })),
    RemoveResource: unary<ResourceRequest>((request) => ({ success: state.remove(request.node, request.version, named(request)) })),
  });
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, at) => (error === null ? resolve(at) : reject(error)));
  });
  return { port: bound, close: () => server.forceShutdown() };
}

function definition(): ServiceDefinition {
  const path = fileURLToPath(new URL("adapter.proto", import.meta.url));
  const loaded = loadPackageDefinition(loadSync(path, { keepCase: true, defaults: true })) as unknown as {
    readonly adapter: { readonly Adapter: { readonly service: ServiceDefinition } };
  };
  return loaded.adapter.Adapter.service;
}

function unary<Request>(answer: (request: Request) => object): handleUnaryCall<Request, object> {
  return (call, respond) => respond(null, answer(call.request));
}

/** All four types have their name in field 1. */
function nameOf({ type_url, value }: StateRequest["resources"][number]): Name {
  const first = [...fields(value)].find(({ number }) => number === 1);
  return { type: type_url, name: first === undefined ? "" : text(first.bytes) };
}

function named({ typeUrl, resourceName }: ResourceRequest): Name {
  return { type: typeUrl, name: resourceName };
}
