import type { Origin } from "../../problem/finding.ts";
import type { FieldChange } from "./leaves.ts";

/** One thing that is otherwise than before: a route, a virtual host or a listener. */
export interface Change {
  readonly action: "add" | "change" | "remove";
  readonly level: "listener" | "virtual_host" | "route";
  /** The domain; absent for a listener. */
  readonly host?: string;
  /** The match of a route, as text. */
  readonly match?: string;
  /** Addresses of the listeners where it is so, in code point order. */
  readonly listeners: readonly string[];
  /** What is done otherwise; all that is there, for what is added or removed. */
  readonly fields: readonly FieldChange[];
  /** Where it leads, in few words: `cart`, `301 https://…`; for a route. */
  readonly target?: string;
  /** The documents of it, before and after. */
  readonly before: readonly Origin[];
  readonly after: readonly Origin[];
}
