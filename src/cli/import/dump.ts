import { isMap, isSeq, parseAllDocuments, visit, type YAMLMap } from "yaml";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";

/** One object of a cluster, as it was printed. */
export interface ClusterObject {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Empty for a cluster-scoped one. */
  readonly namespace: string;
  readonly name: string;
  /** The nodes, in the order of the dump, which is kept. */
  readonly node: YAMLMap;
}

/**
 * The objects of what `kubectl get … -o yaml` or `-o json` has printed: documents, and the items of lists in them.
 * Throws a {@link Failure} for a text that is no YAML, and for something in it that is no object of a cluster.
 */
export function readDump(text: string): ClusterObject[] {
  const documents = parseAllDocuments(text, { version: "1.2", uniqueKeys: true, prettyErrors: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Failure(exitCode.usage, `the dump is no YAML: ${error.message}`);
    return document.contents === null ? [] : objectsIn(document.contents);
  });
}

function objectsIn(node: unknown): ClusterObject[] {
  if (!isMap(node)) throw new Failure(exitCode.usage, "the dump holds something that is no object of a cluster");
  const items = node.get("items", true);
  const kind = textOf(node, "kind");
  if (kind.endsWith("List") && isSeq(items)) return items.items.flatMap((item) => objectsIn(item));
  const [version = "", group = ""] = textOf(node, "apiVersion").split("/").reverse();
  const name = textOf(node, "metadata", "name");
  if (version === "" || kind === "" || name === "")
    throw new Failure(exitCode.usage, "the dump holds an object without apiVersion, kind or metadata.name");
  return [{ group, version, kind, namespace: textOf(node, "metadata", "namespace"), name, node: inBlocks(node) }];
}

/** The text at a path; empty if there is none. */
export function textOf(node: YAMLMap, ...path: readonly string[]): string {
  const value = node.getIn(path);
  return typeof value === "string" ? value : "";
}

/** The object in block style, whatever the dump was in. Throws for an alias: it may stand for something outside of the object, and kubectl writes none. */
function inBlocks(node: YAMLMap): YAMLMap {
  visit(node, {
    Alias() {
      throw new Failure(exitCode.usage, "the dump has an alias, which kubectl does not write");
    },
    Collection(_key, inner) {
      inner.flow = false;
    },
    Scalar(_key, inner) {
      // Quotes where they are needed, and only there.
      if (inner.type === "QUOTE_DOUBLE" || inner.type === "QUOTE_SINGLE") inner.type = "PLAIN";
    },
  });
  return node;
}
