import { isMap } from "yaml";
import { byCodePoint } from "../../problem/order.ts";
import { type ClusterObject, textOf } from "./dump.ts";

/** A Secret of the dump, or one that documents refer to; its bytes are not among this. */
export interface SecretNeed {
  readonly namespace: string;
  readonly name: string;
  /** Absent if the dump does not hold it. */
  readonly type?: string;
  readonly keys: readonly string[];
  /** `Kind/namespace/name` of the documents that refer to it. */
  readonly usedBy: readonly string[];
  /** Where the provider `directory` looks for it, below its path. */
  readonly directory: string;
}

/** Fields that hold the name of a Secret, and those that hold an object with a name. */
const names = new Set(["secret", "ca_secret", "crl_secret", "secretName", "caSecret", "crlSecret"]);
const objects = new Set(["tlsSecret", "privateKeySecret", "certificateRefs", "caCertificateRefs"]);

/** Every Secret that is in the dump or that a document names. */
export function secretNeeds(all: readonly ClusterObject[], documents: readonly ClusterObject[]): SecretNeed[] {
  const found = new Map<string, { type?: string; keys: string[]; usedBy: Set<string> }>();
  const at = (key: string) => {
    const known = found.get(key) ?? { keys: [], usedBy: new Set<string>() };
    found.set(key, known);
    return known;
  };
  const inDump = new Set(all.filter(isSecret).map((one) => `${one.namespace}/${one.name}`));
  for (const secret of all.filter(isSecret)) {
    const known = at(`${secret.namespace}/${secret.name}`);
    known.type = textOf(secret.node, "type") || "Opaque";
    known.keys = ["data", "stringData"].flatMap((field) => keysOf(secret, field)).sort(byCodePoint);
  }
  for (const document of documents) {
    const own = `${document.kind}/${document.namespace}/${document.name}`;
    for (const name of referred(document.node.toJSON())) at(place(name, document.namespace, inDump)).usedBy.add(own);
  }
  return [...found]
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .map(([key, { usedBy, ...rest }]) => {
      const [namespace = "", name = ""] = key.split("/");
      return { namespace, name, ...rest, usedBy: [...usedBy].sort(byCodePoint), directory: `${key}/` };
    });
}

/** Whether it is a Secret, which never becomes a file. */
export function isSecret({ group, kind }: ClusterObject): boolean {
  return group === "" && kind === "Secret";
}

function keysOf(secret: ClusterObject, field: string): string[] {
  const data = secret.node.get(field);
  return isMap(data) ? data.items.map(({ key }) => String(key)) : [];
}

interface Name {
  readonly name: string;
  readonly namespace?: string;
}

/** The names of Secrets in a value. */
function* referred(value: unknown): Generator<Name> {
  if (Array.isArray(value)) for (const item of value) yield* referred(item);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (names.has(key) && typeof inner === "string" && inner !== "") yield { name: inner };
    else if (objects.has(key)) yield* (Array.isArray(inner) ? inner : [inner]).filter(isName);
    else yield* referred(inner);
  }
}

function isName(value: unknown): value is Name {
  return typeof value === "object" && value !== null && typeof (value as { name?: unknown }).name === "string";
}

/** Ambassador also writes `name.namespace`, which a dump that holds the Secret can tell from a name with a dot. */
function place({ name, namespace }: Name, own: string, inDump: ReadonlySet<string>): string {
  const here = `${namespace ?? own}/${name}`;
  const dot = name.lastIndexOf(".");
  if (namespace !== undefined || dot < 1 || inDump.has(here)) return here;
  return `${name.slice(dot + 1)}/${name.slice(0, dot)}`;
}
