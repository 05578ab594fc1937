import { isScalar } from "yaml";
import { composeDocuments } from "./compose.ts";
import { type SingleKinds, splitApiVersion } from "./group.ts";
import { stringAt, valueAt } from "./node.ts";
import { isSecret } from "./plaintext.ts";
import { decode } from "./text.ts";
import { apiVersionOf, unitsOf } from "./unit.ts";

/** A document that no language reads. */
export interface ForeignDocument {
  readonly index: number;
  /** `apps/v1 Deployment web`, as far as it says so. */
  readonly what: string;
}

/** The documents of a file that `parseFile` counts as ignored, told one by one: for people who want to know which. */
export function foreignDocuments(bytes: Uint8Array, groups: ReadonlySet<string>, kinds: SingleKinds): readonly ForeignDocument[] {
  const decoded = decode(bytes);
  if ("bad" in decoded) return [];
  const composed = composeDocuments(decoded.text);
  if ("why" in composed) return [{ index: 0, what: "a file that is not YAML" }];
  return unitsOf(composed, decoded.text).flatMap((unit) => {
    const { index, node } = unit;
    const apiVersion = apiVersionOf(unit);
    if (node === null || (isScalar(node) && node.value === null) || groups.has(splitApiVersion(apiVersion ?? "", groups).group)) return [];
    if (!isSecret(node) && kinds.get(apiVersion ?? "")?.has(stringAt(node, "kind") ?? "")) return [];
    const name = stringAt(valueAt(node, "metadata") ?? null, "name");
    const what = [apiVersion, stringAt(node, "kind"), name].filter((part) => part !== undefined).join(" ");
    return [{ index, what: what || "a document without apiVersion and kind" }];
  });
}
