import type { History } from "./history.ts";
import type { Oid } from "./object.ts";

/** What becomes of a tip that the last commit does not lead to: it waits for an operator, is served like any other, or never. */
export type OnRewrite = "hold" | "allow" | "reject";

/** Whether a source may go from one commit to the next (delivery.md 3.5). */
export class RewriteGuard {
  readonly #mode: OnRewrite;
  readonly #isTag: boolean;
  #held: { readonly from: Oid; readonly to: Oid } | undefined;
  #accepted: Oid | undefined;

  constructor(mode: OnRewrite, ref: string) {
    this.#mode = mode;
    this.#isTag = ref.startsWith("refs/tags/");
  }

  /** Whether `to` comes after `from`, or may be served though it does not. A tag that names another commit has moved, whatever commit that is. */
  async allows(from: Oid | undefined, to: Oid, history: History): Promise<boolean> {
    if (this.#mode === "allow" || from === undefined || from === to) return this.#let();
    if (this.#accepted === to) return this.#let();
    if (this.#held?.from === from && this.#held.to === to) return false;
    if (!this.#isTag && (await history.contains(to, from))) return this.#let();
    this.#held = { from, to };
    return false;
  }

  /** Lets the tip that is held pass once, if its id begins with these digits and it may be accepted; gives it. */
  accept(digits: string): Oid | undefined {
    const tip = this.#held?.to;
    if (this.#mode !== "hold" || tip?.startsWith(digits) !== true) return undefined;
    this.#accepted = tip;
    return tip;
  }

  #let(): true {
    this.#held = undefined;
    this.#accepted = undefined;
    return true;
  }
}
