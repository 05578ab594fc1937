import { type Finding, finding } from "../../problem/finding.ts";
import type { Checked, Services } from "../language.ts";

/** From where a name is looked up. */
export interface Viewpoint {
  /** Namespace of the document that names it. */
  readonly namespace: string;
  /** The language's own namespace. */
  readonly own: string;
}

/**
 * The document that a bare name means: in the same namespace, else in the language's own, else the only one of that name anywhere;
 * `name.namespace` where no document has exactly that name (ambassador.md 2.5). Several in other namespaces are ambiguous, which is a finding at the pointer.
 */
export function byName<T extends Checked>(
  services: Services,
  kind: string,
  name: string,
  { namespace, own }: Viewpoint,
  pointer: string,
): { readonly found?: T; readonly ambiguous?: Finding } {
  const inNamespace = (list: readonly Checked[], wanted: string) => list.find(({ document }) => document.identity.namespace === wanted);
  const all = services.all(nameKey(kind, name));
  const found = inNamespace(all, namespace) ?? inNamespace(all, own) ?? (all.length === 1 ? all[0] : undefined);
  if (found !== undefined) return { found: found as T };
  if (all.length > 1) {
    const where = all.map(({ document }) => document.identity.namespace).join(", ");
    const message = `${name}: there is one in each of the namespaces ${where}`;
    return { ambiguous: finding("ambassador/ambiguous-name", pointer, message, { fix: "write name.namespace" }) };
  }
  const dot = name.lastIndexOf(".");
  const qualified = dot <= 0 ? undefined : inNamespace(services.all(nameKey(kind, name.slice(0, dot))), name.slice(dot + 1));
  return qualified === undefined ? {} : { found: qualified as T };
}

/** What documents are looked up by that others refer to by name. */
export function nameKey(kind: string, name: string): string {
  return `${kind}/${name}`;
}
