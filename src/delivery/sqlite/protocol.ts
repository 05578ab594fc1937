import type { Revision, Stored } from "../store.ts";
import type { Committed, PlainChange } from "./database.ts";
import type { SetAside } from "./open.ts";

/** To the thread of the database. */
export type ToDatabase =
  | { readonly kind: "get"; readonly id: number; readonly prefix: string }
  | { readonly kind: "commit"; readonly id: number; readonly change: PlainChange }
  | { readonly kind: "revoke"; readonly id: number; readonly lease: string }
  | { readonly kind: "close" };

/** From the thread of the database: an answer to each request, in order, and what was done at the opening. */
export type FromDatabase =
  | { readonly kind: "got"; readonly id: number; readonly value: { readonly revision: Revision; readonly records: readonly Stored[] } }
  | { readonly kind: "committed"; readonly id: number; readonly value: Committed }
  | { readonly kind: "failed"; readonly id: number; readonly message: string; readonly unwritable: boolean }
  | { readonly kind: "set-aside"; readonly setAside: SetAside };
