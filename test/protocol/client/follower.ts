import { shortName } from "../../../src/envoy/type-url.ts";
import type { Response } from "../messages.ts";

/** What a client that accepts everything holds, by type and name. */
export class Follower {
  readonly #held = new Map<string, Map<string, string>>();
  readonly #sent = new Map<string, number>();
  #most = 0;

  /** Takes a response over, as a client does: in SotW clusters and listeners replace everything. */
  apply(response: Response): void {
    const { type, mode } = response;
    const short = shortName(type);
    const replaces = mode === "sotw" && (short === "CDS" || short === "LDS");
    const held = replaces ? new Map<string, string>() : (this.#held.get(type) ?? new Map<string, string>());
    for (const { name, value } of response.resources) held.set(name, value);
    for (const name of response.removed) held.delete(name);
    this.#held.set(type, held);
    this.#sent.set(type, (this.#sent.get(type) ?? 0) + 1);
    this.#most = Math.max(this.#most, ...this.#sent.values());
  }

  /** A response of the type was answered. */
  answered(type: string): void {
    this.#sent.set(type, (this.#sent.get(type) ?? 0) - 1);
  }

  /** Forgets what is not asked for any more. */
  keep(type: string, names: readonly string[]): void {
    const held = this.#held.get(type) ?? new Map<string, string>();
    for (const name of [...held.keys()]) if (!names.includes(name)) held.delete(name);
  }

  names(type: string): string[] {
    return [...(this.#held.get(type)?.keys() ?? [])].sort();
  }

  /** Most responses of one type that were without an answer at one time. */
  mostInFlight(): number {
    return this.#most;
  }

  /** `{CDS: "a=1 b=1"}`. */
  show(): Record<string, string> {
    const entries = [...this.#held].map(([type, held]) => [
      shortName(type),
      [...held]
        .sort((a, b) => (a[0] < b[0] ? -1 : 1))
        .map(([name, value]) => `${name}=${value}`)
        .join(" "),
    ]);
    return Object.fromEntries(entries);
  }
}
