import { z } from "zod";
import type { FleetRecord } from "./fleet-record.ts";
import type { Revision, Store, StoreChange, Stored } from "./store.ts";

/** Below it lies all that is shared (replicas.md): one cluster, one version of the records. */
const root = "/portolan/default/v1/";
const fleets = `${root}fleets/`;

/** Only what must be there for the rest to make sense; what a newer release adds is kept. */
const fleetRecord = z.looseObject({
  format_version: z.literal("1"),
  fleet: z.string().min(1),
  generation: z.int().min(0),
  implicit: z.boolean(),
  rollouts: z.int().min(0),
  completed: z.array(z.looseObject({ commit: z.string(), digest: z.string() })),
});

/** An operator keeps a source at the commit it is at. */
export interface SourceHold {
  readonly by: string;
  readonly reason: string;
  readonly since: number;
  readonly until?: number;
}

/** A record of the store that cannot be understood. */
export interface BadRecord {
  readonly key: string;
  readonly why: string;
}

/** What delivery keeps in the store: a record for each fleet, and the holds of sources. */
export class Records {
  readonly #store: Store;
  readonly #revisions = new Map<string, Revision>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** All fleets, and what cannot be read of them; those are passed over. */
  async fleets(): Promise<{ readonly records: readonly FleetRecord[]; readonly bad: readonly BadRecord[] }> {
    const found = (await this.#store.get(fleets)).records.map((stored) => this.#parse(stored, fleetRecord));
    return {
      records: found.flatMap((one) => (one.value === undefined ? [] : [one.value as unknown as FleetRecord])),
      bad: found.flatMap(({ key, why }) => (why === undefined ? [] : [{ key, why }])),
    };
  }

  /** The sources that are held, by name. */
  async sourceHolds(): Promise<ReadonlyMap<string, SourceHold>> {
    const shape = z.object({ hold: z.object({ by: z.string(), reason: z.string(), since: z.number(), until: z.number().optional() }) });
    const { records } = await this.#store.get(`${root}sources/`);
    const held = records.flatMap((stored) => {
      const { value } = this.#parse(stored, shape);
      return value === undefined
        ? []
        : [[decodeURIComponent(stored.key.slice(`${root}sources/`.length)), value.hold as SourceHold] as const];
    });
    return new Map(held);
  }

  /** Writes what has become of fleets; `undefined`: the fleet is no more. Rejects with `StoreUnwritable`. */
  writeFleets(changes: ReadonlyMap<string, FleetRecord | undefined>): Promise<void> {
    return this.#write([...changes].map(([fleet, record]) => [`${fleets}${encodeURIComponent(fleet)}`, record]));
  }

  /** Writes that a source is held, or held no more. Rejects with `StoreUnwritable`. */
  writeSourceHold(source: string, hold: SourceHold | undefined): Promise<void> {
    return this.#write([[`${root}sources/${encodeURIComponent(source)}`, hold === undefined ? undefined : { hold }]]);
  }

  async #write(values: readonly (readonly [key: string, value: object | undefined])[]): Promise<void> {
    const change: StoreChange = {
      expect: values.map(([key]) => ({ key, revision: this.#revisions.get(key) ?? 0 })),
      write: values.map(([key, value]) => ({ key, value: value === undefined ? null : Buffer.from(JSON.stringify(value)) })),
    };
    const result = await this.#store.commit(change);
    if (!result.ok) throw new Error(`somebody else has written ${result.found.map(({ key }) => key).join(", ")}`);
    for (const [key, value] of values) this.#revisions.set(key, value === undefined ? 0 : result.revision);
  }

  #parse<Value>({ key, value, revision }: Stored, shape: z.ZodType<Value>): { key: string; value?: Value; why?: string } {
    this.#revisions.set(key, revision);
    try {
      const read = shape.safeParse(JSON.parse(Buffer.from(value).toString()));
      return read.success ? { key, value: read.data } : { key, why: read.error.issues.map(({ message }) => message).join("; ") };
    } catch (error) {
      return { key, why: error instanceof Error ? error.message : String(error) };
    }
  }
}
