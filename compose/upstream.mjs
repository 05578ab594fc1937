// An HTTP server that answers with its name and what it was asked: node upstream.mjs NAME PORT [ADDRESS]
import { createServer } from "node:http";

const [name, port, address] = process.argv.slice(2);
createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(`${JSON.stringify({ upstream: name, method: request.method, path: request.url, headers: request.headers })}\n`);
}).listen(Number(port), address);
