import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findMessage, isKnown, leftOut, messageType, protoRoots } from "./load.ts";

test.each([
  "envoy.config.bootstrap.v3.Bootstrap",
  "envoy.config.cluster.v3.Cluster",
  "envoy.config.endpoint.v3.ClusterLoadAssignment",
  "envoy.config.listener.v3.Listener",
  "envoy.config.route.v3.RouteConfiguration",
  "envoy.config.route.v3.RouteMatch.ConnectMatcher",
  "envoy.extensions.access_loggers.file.v3.FileAccessLog",
  "envoy.extensions.filters.http.cors.v3.CorsPolicy",
  "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz",
  "envoy.extensions.filters.http.router.v3.Router",
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
  "envoy.extensions.transport_sockets.tls.v3.Secret",
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
  "envoy.service.discovery.v3.DeltaDiscoveryResponse",
  "google.api.expr.v1alpha1.CheckedExpr",
  "google.protobuf.Duration",
  "google.protobuf.Empty",
  "google.protobuf.StringValue",
  "google.rpc.Status",
  "udpa.type.v1.TypedStruct",
  "xds.type.v3.TypedStruct",
])("%s is known", (name) => {
  expect(messageType(name).fullName).toBe(`.${name}`);
});

test.each([
  ["an unknown package", "x.Y"],
  ["an unknown message of a known package", "envoy.config.route.v3.Nope"],
  ["an enum", "envoy.config.core.v3.RequestMethod"],
  ["a package", "envoy.config.route.v3"],
  ["the v2 API", "envoy.api.v2.Cluster"],
  ["a way out of the folder", "envoy/../../x.v3.Y"],
  ["no name", ""],
  ["a name that every object has", "constructor"],
])("%s is no message", (_, name) => {
  expect(findMessage(name)).toBeUndefined();
  expect(isKnown(name)).toBe(false);
  expect(() => messageType(name)).toThrow(`no such message: ${name}`);
});

test.each([
  ["options that every file imports", "validate.FieldRules"],
  ["annotations", "udpa.annotations.StatusAnnotation"],
])("%s stay unknown after a file that imports them was loaded", (_, name) => {
  messageType("envoy.config.route.v3.Route");
  expect(isKnown(name)).toBe(false);
});

test("exactly the files with imports that nobody has are left out", () => {
  const roots = protoRoots();
  const known = new Map<string, boolean>();
  const find = (file: string) => roots.map((root) => join(root, file)).find((path) => existsSync(path));
  const loads = (file: string): boolean => {
    const seen = known.get(file);
    if (seen !== undefined) return seen;
    known.set(file, true);
    const path = find(file);
    const imports = path === undefined ? [] : [...readFileSync(path, "utf8").matchAll(/^import (?:public )?"([^"]+)"/gm)];
    const good = path === undefined ? file.startsWith("google/protobuf/") : imports.every((match) => loads(match[1] ?? ""));
    known.set(file, good);
    return good;
  };
  const files = roots
    .filter((root) => existsSync(join(root, "envoy")))
    .flatMap((root) => readdirSync(join(root, "envoy"), { recursive: true }) as string[])
    .filter((file) => /\/v3\/[^/]*\.proto$/.test(file))
    .map((file) => `envoy/${file}`);
  expect(files.length).toBeGreaterThan(340);
  expect(files.filter((file) => !loads(file)).sort()).toEqual([...leftOut]);
});
