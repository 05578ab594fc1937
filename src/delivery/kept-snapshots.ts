import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Offer } from "./fleet-record.ts";

/** The bytes of what may be served soon, and of what is served now. Others are loaded when somebody wants them. */
export class KeptSnapshots {
  readonly #load: (fleet: string, offer: Offer) => Promise<Snapshot | undefined>;
  readonly #byFleet = new Map<string, Map<string, Snapshot>>();
  readonly #served = new Map<string, Snapshot>();

  constructor(load: (fleet: string, offer: Offer) => Promise<Snapshot | undefined>) {
    this.#load = load;
  }

  /** A snapshot that was just made. */
  add(snapshot: Snapshot, offer: Offer): void {
    this.#of(snapshot.fleet).set(keyOf(offer), snapshot);
  }

  /** The bytes of a snapshot; `undefined`: nobody has them. */
  async find(fleet: string, offer: Offer): Promise<Snapshot | undefined> {
    const known = this.#of(fleet).get(keyOf(offer));
    if (known !== undefined) return known;
    const loaded = await this.#load(fleet, offer).catch(() => undefined);
    if (loaded !== undefined) this.add(loaded, offer);
    return loaded;
  }

  /**
   * Serves a fleet its target, or without one nothing, and forgets what is not needed. Gives the snapshot if it is another one than before. If nobody has
   * its bytes, what was served stays.
   */
  async serve(fleet: string, target: Offer | undefined, needed: readonly Offer[]): Promise<Snapshot | undefined> {
    if (target === undefined) {
      this.#byFleet.delete(fleet);
      this.#served.delete(fleet);
      return undefined;
    }
    const snapshot = await this.find(fleet, target);
    const keys = new Set(needed.map(keyOf));
    for (const key of this.#of(fleet).keys()) if (!keys.has(key)) this.#of(fleet).delete(key);
    if (snapshot === undefined || snapshot === this.#served.get(fleet)) return undefined;
    this.#served.set(fleet, snapshot);
    return snapshot;
  }

  /** Serves a fleet that nothing can be served yet; gives whether that was so. */
  substitute(snapshot: Snapshot): boolean {
    if (this.#served.has(snapshot.fleet)) return false;
    this.#served.set(snapshot.fleet, snapshot);
    return true;
  }

  /** What a fleet is served now. */
  served(fleet: string): Snapshot | undefined {
    return this.#served.get(fleet);
  }

  #of(fleet: string): Map<string, Snapshot> {
    const known = this.#byFleet.get(fleet) ?? new Map<string, Snapshot>();
    this.#byFleet.set(fleet, known);
    return known;
  }
}

function keyOf({ commit, digest }: Offer): string {
  return `${commit} ${digest}`;
}
