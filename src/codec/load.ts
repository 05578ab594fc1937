import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import { byCodePoint } from "../problem/order.ts";
import { type LaterField, laterFields } from "./overlay.ts";

/** Files whose imports the package of `.proto` texts does not have. A load that fails spoils the whole root, so they are never tried. */
export const leftOut: ReadonlySet<string> = new Set([
  "envoy/config/trace/v3/opencensus.proto",
  "envoy/config/trace/v3/trace.proto",
  "envoy/extensions/access_loggers/open_telemetry/v3/logs_service.proto",
  "envoy/service/metrics/v3/metrics_service.proto",
  "envoy/service/trace/v3/trace_service.proto",
]);

/** Packages of which all files are loaded when a message of theirs is asked for: those of Envoy's v3 API. */
const loadable = /^(?:(?:envoy|xds)(?:\.[a-z0-9_]+)+\.v3|udpa\.type\.v1)$/;

/** Packages beside them that the API refers to, with the files that count. protobufjs carries the first ones itself. */
const shared: ReadonlyMap<string, readonly string[]> = new Map([
  ["google.protobuf", ["any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers", "descriptor"]],
  ["google.rpc", ["status"]],
  ["google.api.expr.v1alpha1", ["checked", "syntax"]],
]);

/** The descriptor of a message by its full name (`envoy.config.route.v3.Route`). Loads the files of its package on first use. Throws if there is no such message. */
export function messageType(name: string): protobuf.Type {
  const type = findMessage(name);
  if (type === undefined) throw new Error(`no such message: ${name}`);
  return type;
}

/** Like {@link messageType}, but `undefined` if there is no such message. */
export function findMessage(name: string): protobuf.Type | undefined {
  registry ??= new Registry();
  return registry.find(name);
}

/** Whether a message of this name is known. */
export function isKnown(name: string): boolean {
  return findMessage(name) !== undefined;
}

/**
 * The folders in which `.proto` files are looked for, in order: our overlay; Envoy's API, from the published package's own copy
 * or from the development dependency that this is made of; then protobufjs, for `google/protobuf/descriptor.proto`.
 */
export function protoRoots(): readonly string[] {
  const require = createRequire(import.meta.url);
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const bundled = here("../proto/envoy");
  const shipped = ["envoy-api", "xds", "googleapis", "protoc-gen-validate"];
  const texts = existsSync(bundled)
    ? [bundled]
    : shipped.map((folder) => join(dirname(require.resolve("@grpc/grpc-js-xds/package.json")), "deps", folder));
  return [here("../../proto/overlay"), ...texts, dirname(require.resolve("protobufjs/package.json"))];
}

let registry: Registry | undefined;

/** One root that grows by whole packages: in Envoy's API the package is the folder. */
class Registry {
  readonly #root = new protobuf.Root();
  readonly #folders = protoRoots();
  readonly #packages = new Set<string>();
  readonly #found = new Map<string, protobuf.Type>();
  #pending: readonly LaterField[] = laterFields;

  constructor() {
    this.#root.resolvePath = (_origin, target) =>
      this.#folders.map((folder) => join(folder, target)).find((path) => existsSync(path)) ?? target;
  }

  /** Whether a message is known never depends on what has been loaded before: other packages that an import brought along are not looked at. */
  find(name: string): protobuf.Type | undefined {
    const before = this.#found.get(name);
    if (before !== undefined) return before;
    if (!this.#ensure(packageOf(name))) return undefined;
    const found = this.#root.lookup(`.${name}`);
    if (!(found instanceof protobuf.Type)) return undefined;
    this.#found.set(name, found);
    return found;
  }

  /** Loads a package; `false` if it is none that is loaded. */
  #ensure(name: string): boolean {
    if (this.#packages.has(name)) return true;
    const path = name.replaceAll(".", "/");
    const files = shared.get(name)?.map((file) => `${file}.proto`) ?? (loadable.test(name) ? this.#filesIn(path) : []);
    if (files.length === 0) return false;
    this.#packages.add(name);
    this.#load(files.map((file) => `${path}/${file}`).filter((file) => !leftOut.has(file)));
    return true;
  }

  #filesIn(path: string): string[] {
    return this.#folders
      .map((folder) => join(folder, path))
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder).sort(byCodePoint))
      .filter((file) => file.endsWith(".proto"));
  }

  #load(files: string[]): void {
    this.#root.loadSync(files, { keepCase: true });
    this.#addLater();
  }

  /** A message may have come by an import, so every load may be the one that a later field waits for. */
  #addLater(): void {
    const ready = this.#pending.filter((row) => this.#root.lookup(`.${row.message}`) !== null);
    if (ready.length === 0) return;
    this.#pending = this.#pending.filter((row) => !ready.includes(row));
    for (const { message, field, number, type, label } of ready) {
      this.#ensure(packageOf(type));
      this.#root.lookupType(`.${message}`).add(new protobuf.Field(field, number, type, label));
    }
  }
}

/** The package of a message: the segments before the first that starts with a capital. */
function packageOf(name: string): string {
  return name.split(/\.(?=[A-Z])/, 1)[0] ?? "";
}
