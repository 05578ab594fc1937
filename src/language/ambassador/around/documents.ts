import { byCodePoint } from "../../../problem/order.ts";
import type { Checked } from "../../language.ts";

/** The documents of a kind that can be planned, in load order. */
export function inLoadOrderOf<T extends { readonly kind: string; readonly loadKey: string }>(
  documents: readonly Checked[],
  kind: T["kind"],
): readonly (Checked<T> & { readonly spec: T })[] {
  return (documents as readonly Checked<T>[])
    .filter((document): document is Checked<T> & { readonly spec: T } => document.spec?.kind === kind)
    .sort((a, b) => byCodePoint(a.spec.loadKey, b.spec.loadKey));
}

/** The documents of a kind that are there and cannot be used. */
export function unusableOf(documents: readonly Checked[], kind: string): readonly Checked[] {
  return documents.filter(({ document, spec }) => spec === undefined && document.identity.kind === kind);
}
