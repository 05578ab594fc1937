import type { Document } from "../document/document.ts";
import type { Origin } from "../problem/finding.ts";

/** Where a document stands: one frozen object, made once per document, for everything that is made from it. */
export function originOf({ id, source, commit, path, identity }: Document): Origin {
  const { kind, namespace, name } = identity;
  const label = namespace === "" ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
  return Object.freeze({ source, ...(commit === undefined ? {} : { commit }), path, blob: id.blob, index: id.index, label });
}
