import { isScalar, type Node, type Scalar } from "yaml";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { composeDocuments, type Failure, type YamlDocument } from "./compose.ts";
import type { Carrier } from "./document.ts";
import { pairAt, stringAt, valueAt } from "./node.ts";

/** Name of the annotation in which a Service or an Ingress may hold documents (ambassador.md 2.2). */
export const annotation = "getambassador.io/config";

/** JSON pointer to it in its carrier. */
export const annotationPointer = "/metadata/annotations/getambassador.io~1config";

/** What an annotation holds, and where a place in its text stands in that of the file. */
export interface Annotated {
  readonly carrier: Omit<Carrier, "position">;
  readonly documents: readonly YamlDocument[] | Failure;
  /** Offset in the file for an offset in the annotation; that of the annotation itself where lines do not stand as they are. */
  outer(offset: number): number;
}

/** The documents that a Service or an Ingress holds in its annotation; `undefined` for anything else, or if there is none. */
export function annotatedIn(node: Node | null, text: string): Annotated | undefined {
  if (!isCarrier(node)) return undefined;
  const metadata = valueAt(node, "metadata") ?? null;
  const pair = pairAt(valueAt(metadata, "annotations") ?? null, annotation);
  if (pair === undefined) return undefined;
  const held = pair.value;
  if (!isScalar(held) || typeof held.value !== "string") return undefined;
  const namespace = stringAt(metadata, "namespace");
  const carrier = { name: stringAt(metadata, "name") ?? "", ...(namespace === undefined ? {} : { namespace }) };
  return {
    carrier,
    documents: composeDocuments(held.value),
    outer: outerOffsets(held as Scalar<string>, (pair.key as Node).range?.[0] ?? 0, text),
  };
}

function isCarrier(node: Node | null): boolean {
  const apiVersion = stringAt(node, "apiVersion") ?? "";
  const kind = stringAt(node, "kind");
  return (kind === "Service" && apiVersion === "v1") || (kind === "Ingress" && /^(?:networking\.k8s\.io|extensions)\//.test(apiVersion));
}

/** The lines of a literal block stand in the file as they are, behind its indentation. */
function outerOffsets(held: Scalar<string>, key: number, text: string): (offset: number) => number {
  if (held.type !== "BLOCK_LITERAL") return () => key;
  const start = held.range?.[0] ?? key;
  const inner = held.value.split("\n");
  const first = inner.findIndex((line) => line.trim() !== "");
  const lines: number[] = [];
  for (let at = text.indexOf("\n", start); at !== -1 && lines.length < inner.length; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  const indent = blanks(text.slice(lines[first] ?? start)) - blanks(inner[first] ?? "");
  const starts: number[] = [0];
  for (const line of inner) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  return (offset) => {
    const line = Math.max(
      0,
      starts.findLastIndex((one) => one <= offset),
    );
    const outer = lines[line];
    return outer === undefined ? start : outer + indent + offset - (starts[line] ?? 0);
  };
}

function blanks(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

const own: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const named = ["name", "namespace", "generation"] as const;

/** An inner document in the form of one that stands by itself: names in its metadata, all other fields in its spec. */
export function unfold(value: JsonObject, carrier: { readonly namespace?: string; readonly labels?: JsonValue }): JsonObject {
  const metadata: { [key: string]: JsonValue | undefined } = { ...object(value.metadata) };
  for (const key of named) if (value[key] !== undefined) metadata[key] = value[key];
  if (value.metadata_labels !== undefined) metadata.labels = value.metadata_labels;
  if (metadata.namespace === undefined && carrier.namespace !== undefined) metadata.namespace = carrier.namespace;
  if (metadata.labels === undefined && carrier.labels !== undefined) metadata.labels = carrier.labels;
  const moved = Object.entries(value).filter(
    ([key]) => !own.has(key) && key !== "metadata_labels" && !(named as readonly string[]).includes(key),
  );
  const kept = Object.entries(value).filter(([key]) => own.has(key) && key !== "status");
  const apiVersion =
    typeof value.apiVersion === "string" ? value.apiVersion.replace(/^ambassador\//, "getambassador.io/") : value.apiVersion;
  return { ...Object.fromEntries(kept), apiVersion, metadata, spec: { ...object(value.spec), ...Object.fromEntries(moved) } };
}

/** Where a node of an unfolded document stands in the one that was written. */
export function folded(node: Node | null, pointer: string): string {
  const [, first = "", second = "", ...rest] = pointer.split("/");
  if (second === "") return pointer;
  if (first === "spec" && valueAt(node, second) !== undefined) return ["", second, ...rest].join("/");
  if (first !== "metadata") return pointer;
  if (second === "labels" && valueAt(node, "metadata_labels") !== undefined) return ["/metadata_labels", ...rest].join("/");
  return (named as readonly string[]).includes(second) && valueAt(node, second) !== undefined ? `/${second}` : pointer;
}

function object(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
