import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

/**
 * The files that hold every message Portolan reads or writes, without what they import: core resources, filters, upstream options, discovery.
 * A new kind of filter adds its file here.
 */
const entryFiles = [
  "envoy/config/bootstrap/v3/bootstrap.proto",
  "envoy/config/listener/v3/listener.proto",
  "envoy/config/route/v3/route.proto",
  "envoy/config/cluster/v3/cluster.proto",
  "envoy/config/endpoint/v3/endpoint.proto",
  "envoy/extensions/access_loggers/file/v3/file.proto",
  "envoy/extensions/filters/http/cors/v3/cors.proto",
  "envoy/extensions/filters/http/router/v3/router.proto",
  "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto",
  "envoy/extensions/transport_sockets/tls/v3/tls.proto",
  "envoy/extensions/upstreams/http/v3/http_protocol_options.proto",
  "envoy/service/discovery/v3/discovery.proto",
];

let loaded: protobuf.Root | undefined;

/** The descriptor of a message by its full name (`envoy.config.route.v3.Route`). Loads the definitions on first use, about 150 ms. Throws if there is no such message. */
export function messageType(name: string): protobuf.Type {
  loaded ??= load();
  return loaded.lookupType(name);
}

/** Whether a message of this name is known. */
export function isKnown(name: string): boolean {
  loaded ??= load();
  const found = loaded.lookup(name);
  return found instanceof protobuf.Type;
}

function load(): protobuf.Root {
  const root = new protobuf.Root();
  const folders = protoFolders();
  root.resolvePath = (_origin, target) => folders.map((folder) => join(folder, target)).find((path) => existsSync(path)) ?? target;
  root.loadSync(entryFiles, { keepCase: true });
  root.resolveAll();
  return root;
}

/** Where `.proto` files are looked for, in order: the published package's own copy, or the development dependency that it is made from; then protobufjs' own. */
function protoFolders(): string[] {
  const require = createRequire(import.meta.url);
  const bundled = fileURLToPath(new URL("../../proto/envoy", import.meta.url));
  const texts = existsSync(bundled) ? bundled : join(dirname(require.resolve("@grpc/grpc-js-xds/package.json")), "deps");
  const own = dirname(require.resolve("protobufjs/package.json"));
  return [...["envoy-api", "xds", "googleapis", "protoc-gen-validate"].map((folder) => join(texts, folder)), own];
}
