import { createServer } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import { type EchoServer, serve } from "./echo.ts";

/**
 * An external authorisation service by HTTP. It allows what bears `authorization: good`, saying `x-user: ann` and, as `x-asked`, what path it was asked;
 * sends `authorization: nobody` to a login page; never answers `authorization: slow`; and refuses the rest with 401.
 */
export function httpGuard(): Promise<EchoServer> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const { url: path = "", headers } = request;
    seen.push(path);
    request.resume();
    if (headers.authorization === "slow") return;
    response.setHeader("x-asked", path);
    response.setHeader("x-edge", headers["x-edge"] ?? "none");
    if (headers.authorization === "good") response.setHeader("x-user", "ann").end();
    else if (headers.authorization === "nobody") response.writeHead(302, { location: "https://login.example/" }).end();
    else response.writeHead(401, { "www-authenticate": "Basic" }).end("who are you");
  });
  return serve("guard", server, seen);
}

/** `CheckResponse` and `RateLimitResponse` messages: with a status of code 0 or 7, with the overall code 1 or 2. */
const answers: Readonly<Record<string, { readonly yes: readonly number[]; readonly no: readonly number[] }>> = {
  "/envoy.service.auth.v3.Authorization/Check": { yes: [0x0a, 0], no: [0x0a, 2, 0x08, 7] },
  "/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit": { yes: [0x08, 1], no: [0x08, 2] },
};

/** External authorisation and rate limiting by gRPC: refuses every question in which the word `forbidden` stands. Logs and spans that it is sent are only kept. */
export function grpcGuard(): Promise<EchoServer> {
  const seen: string[] = [];
  const server = createHttp2Server();
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    const parts: Buffer[] = [];
    const answer = answers[headers[":path"] ?? ""];
    stream.on("error", () => undefined);
    stream.on("data", (part: Buffer) => {
      parts.push(part);
      if (answer === undefined) seen.push(part.toString("latin1"));
    });
    stream.on("end", () => {
      if (stream.destroyed) return;
      const question = Buffer.concat(parts).toString("latin1");
      if (answer !== undefined) seen.push(question);
      const message = answer === undefined ? [] : question.includes("forbidden") ? answer.no : answer.yes;
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
    });
  });
  return serve("grpc", server, seen);
}
