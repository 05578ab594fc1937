import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { loadSync } from "@grpc/proto-loader";

/**
 * Files that describe services, by package; read when somebody asks for one. They import nothing: proto-loader does not say which file needs which, so that
 * more than one would not fit together at a client. Whoever asks for the status of Envoys has the messages already.
 */
const files: Readonly<Record<string, string>> = {
  "portolan.query.v1alpha1": "portolan/query/v1alpha1/query.proto",
  "grpc.health.v1": "grpc/health/v1/health.proto",
};

const loaded = new Map<string, Described>();

interface Described {
  /** Full names of services and messages. */
  readonly symbols: ReadonlySet<string>;
  /** Encoded `FileDescriptorProto`s. */
  readonly descriptors: readonly Buffer[];
}

/** The encoded `FileDescriptorProto`s that describe a service, a method or a message; `undefined`: it is not described. */
export function describing(symbol: string): readonly Buffer[] | undefined {
  const owner = Object.keys(files).find((name) => symbol.startsWith(`${name}.`));
  if (owner === undefined) return undefined;
  const { symbols, descriptors } = described(owner);
  const parent = symbol.slice(0, symbol.lastIndexOf("."));
  return symbols.has(symbol) || symbols.has(parent) ? descriptors : undefined;
}

function described(owner: string): Described {
  const known = loaded.get(owner);
  if (known !== undefined) return known;
  const own = join(dirname(findPackageJSON(import.meta.url) ?? ""), "proto");
  const definitions = loadSync(files[owner] ?? "", { includeDirs: [own], keepCase: true });
  const descriptors = Object.values(definitions).flatMap((one) =>
    "fileDescriptorProtos" in one ? [one.fileDescriptorProtos as Buffer[]] : [],
  );
  const fresh = { symbols: new Set(Object.keys(definitions)), descriptors: descriptors[0] ?? [] };
  loaded.set(owner, fresh);
  return fresh;
}
