import { Document, isMap, type YAMLMap } from "yaml";
import type { ClusterObject } from "./dump.ts";

/** What a cluster writes into an object, and nobody else. */
const written = ["managedFields", "resourceVersion", "uid", "selfLink", "generation", "ownerReferences"];

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The text of an object as a file: without what the cluster has written into it, and otherwise as it was, the order of keys included. */
export function fileText({ node, group }: ClusterObject): string {
  const object = node.clone() as YAMLMap;
  object.delete("status");
  const metadata = object.get("metadata");
  if (isMap(metadata)) {
    for (const key of written) metadata.delete(key);
    // Which of two routes was first decides between them in the Gateway API.
    if (!group.startsWith("gateway.networking.")) metadata.delete("creationTimestamp");
    const annotations = metadata.get("annotations");
    if (isMap(annotations)) {
      annotations.delete(lastApplied);
      if (annotations.items.length === 0) metadata.delete("annotations");
    }
  }
  // Other readers take the words of YAML 1.1 (`yes`) for what they were in it, so these are quoted.
  const document = new Document(undefined, { version: "1.1" });
  document.contents = object as unknown as typeof document.contents;
  return document.toString({ lineWidth: 0 });
}
