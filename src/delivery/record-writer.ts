import type { FleetRecord } from "./fleet-record.ts";
import type { Records } from "./records.ts";
import { StoreUnwritable } from "./store.ts";

/** Writes records of fleets, and remembers those that could not be written when they were acted upon all the same. */
export class RecordWriter {
  readonly #records: Records;
  readonly #current: (fleet: string) => FleetRecord | undefined;
  readonly #changed: () => void;
  readonly #owed = new Set<string>();
  #trouble: string | undefined;

  /** `current` gives where a fleet stands; `changed` is told when the store cannot be written, or can be again. */
  constructor(records: Records, current: (fleet: string) => FleetRecord | undefined, changed: () => void) {
    this.#records = records;
    this.#current = current;
    this.#changed = changed;
  }

  /** Why the store cannot be written; `undefined`: it can. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** These fleets are to be written as they are by then, as soon as that is possible. */
  owe(fleets: readonly string[]): void {
    for (const fleet of fleets) this.#owed.add(fleet);
  }

  /** Writes these records (`undefined`: the fleet is no more), and what is owed; gives whether that could be done. */
  async write(changes: ReadonlyMap<string, FleetRecord | undefined>): Promise<boolean> {
    const owed = [...this.#owed].map((fleet) => [fleet, this.#current(fleet)] as const);
    const all = new Map([...owed, ...changes]);
    if (all.size === 0) return true;
    const was = this.#trouble;
    try {
      await this.#records.writeFleets(all);
      this.#owed.clear();
      this.#trouble = undefined;
    } catch (error) {
      if (!(error instanceof StoreUnwritable)) throw error;
      this.#trouble = error.message;
    }
    if (was !== this.#trouble) this.#changed();
    return this.#trouble === undefined;
  }
}
