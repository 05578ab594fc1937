import * as grpc from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeView } from "../../../test/support/fake-view.ts";
import { fields, lengthDelimited, text } from "../../codec/wire.ts";
import { serveGrpc } from "../grpc.ts";
import type { Listening } from "../http.ts";

let listening: Listening;
let client: grpc.Client;
beforeEach(async () => {
  listening = await serveGrpc(new FakeView(), {
    address: { host: "127.0.0.1", port: 0 },
    resources: () => [],
    onError: (error) => expect.unreachable(error.message),
  });
  client = new grpc.Client(`127.0.0.1:${listening.port}`, grpc.credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await listening.close();
});

const services = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];
const asIs = (bytes: Buffer) => bytes;

/** The fields of the answer to a request, by number. */
function ask(service: string, request: Uint8Array): Promise<Map<number, Uint8Array>> {
  const call = client.makeBidiStreamRequest(`/${service}/ServerReflectionInfo`, asIs, asIs);
  call.write(Buffer.from(request));
  return new Promise((resolve, reject) => {
    call.on("error", reject);
    call.on("data", (bytes: Buffer) => {
      call.end();
      resolve(inside(bytes));
    });
  });
}

function inside(bytes: Uint8Array): Map<number, Uint8Array> {
  return new Map([...fields(bytes)].map((field) => [field.number, field.wireType === 0 ? Uint8Array.of(field.varint) : field.bytes]));
}

test.each(services)("%s lists the services", async (service) => {
  const request = lengthDelimited(7, "");
  const answer = await ask(service, request);
  expect(answer.get(2)).toEqual(Buffer.from(request));
  const listed = [...fields(answer.get(6) ?? new Uint8Array())].map(({ bytes }) => text(inside(bytes).get(1) ?? new Uint8Array()));
  expect(listed).toEqual([
    "portolan.query.v1alpha1.Query",
    "envoy.service.status.v3.ClientStatusDiscoveryService",
    "grpc.health.v1.Health",
    ...services,
  ]);
});

test.each([
  ["portolan.query.v1alpha1.Query", "ListNodes"],
  ["portolan.query.v1alpha1.Query.GetStatus", "ListNodes"],
  ["grpc.health.v1.Health", "HealthCheckRequest"],
  ["grpc.health.v1.HealthCheckResponse", "SERVICE_UNKNOWN"],
])("%s is described", async (symbol, part) => {
  const answer = await ask("grpc.reflection.v1.ServerReflection", lengthDelimited(4, symbol));
  expect(Buffer.from(answer.get(4) ?? new Uint8Array()).toString("latin1")).toContain(part);
});

test.each([
  [lengthDelimited(4, "nobody.Knows"), 5],
  [lengthDelimited(4, "grpc.health.v1.Nothing.At.All"), 5],
  [lengthDelimited(3, "some.proto"), 12],
])("what is not described is said: %o", async (request, code) => {
  const answer = await ask("grpc.reflection.v1.ServerReflection", request);
  expect(inside(answer.get(7) ?? new Uint8Array()).get(1)).toEqual(Uint8Array.of(code));
});

test("a malformed question ends the call", async () => {
  await expect(ask("grpc.reflection.v1.ServerReflection", Uint8Array.of(0x0a, 5))).rejects.toMatchObject({ code: 3 });
});

test("health is told for the services of the port", async () => {
  const check = (name: string) =>
    new Promise((resolve) => {
      const path = "/grpc.health.v1.Health/Check";
      client.makeUnaryRequest(path, asIs, asIs, Buffer.from(lengthDelimited(1, name)), (error, bytes?: Buffer) =>
        resolve(error?.code ?? bytes?.at(1)),
      );
    });
  expect([await check(""), await check("portolan.query.v1alpha1.Query"), await check("nobody")]).toEqual([1, 1, 5]);
});
