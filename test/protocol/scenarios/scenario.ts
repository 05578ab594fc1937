import { test } from "vitest";
import type { TypeUrl } from "../../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS, shortName } from "../../../src/envoy/type-url.ts";
import type { Mode } from "../../../src/xds/event.ts";
import type { Limits } from "../../../src/xds/limits.ts";
import { Bench } from "../bench.ts";
import type { Client } from "../client/client.ts";
import { modeOf, type Variant } from "../client/variant.ts";
import { rules } from "../rules.ts";

/** Types whose SotW responses replace everything, and whose empty list means everything. */
export const fullState = [CDS, LDS];
/** Types that are asked for by name. */
export const partial = [RDS, EDS];
/** All four. */
export const everyType = [CDS, LDS, RDS, EDS];

/** What a scenario plays on: a server, a client of the variant, and the type it is about. */
export interface Scene {
  readonly bench: Bench;
  readonly client: Client;
  readonly variant: Variant;
  readonly mode: Mode;
  readonly type: TypeUrl;
  /** One of two texts: for SotW, or for delta. */
  either<Text>(sotw: Text, delta: Text): Text;
  /** One more client of the variant, on a connection of its own. */
  connect(node?: string): Client;
}

/** Where a scenario plays. */
export interface Extent {
  /** The types it plays for, one after the other; absent: once, and `type` is CDS. */
  readonly types?: readonly TypeUrl[];
  /** Of the variants that its rules hold for, only those. */
  readonly only?: readonly Variant[];
  /** Limits that are not the usual ones. */
  readonly limits?: Partial<Limits>;
  /** Said in the name of the test, where one ID has several. */
  readonly what?: string;
}

/**
 * Declares the tests of one or several rules or scenarios (`"STR-01 C1"`): one for each variant that all of them hold for, and for each type. Whatever a test
 * has not read at its end is an error: the log of every client must be complete, and silence follow it.
 */
export function scenario(ids: string, { types, only, limits, what }: Extent, play: (scene: Scene) => Promise<void>): void {
  for (const variant of variantsOf(ids).filter((one) => only?.includes(one) ?? true)) {
    for (const type of types ?? [CDS]) {
      const place = types === undefined ? variant : `${variant} ${shortName(type)}`;
      test(`${ids} ${place}${what === undefined ? "" : `: ${what}`}`, () => stage(variant, type, limits, play));
    }
  }
}

function variantsOf(ids: string): readonly Variant[] {
  const sets = ids.split(" ").map((id) => {
    const rule = rules.find((one) => one.id === id);
    if (rule === undefined) throw new Error(`there is no rule ${id}`);
    return rule.variants;
  });
  return (sets[0] ?? []).filter((variant) => sets.every((set) => set.includes(variant)));
}

async function stage(
  variant: Variant,
  type: TypeUrl,
  limits: Partial<Limits> | undefined,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const bench = await new Bench().start(limits);
  try {
    const mode = modeOf(variant);
    const connect = (node?: string) => bench.client(variant, node);
    await play({ bench, client: connect(), variant, mode, type, either: (sotw, delta) => (mode === "sotw" ? sotw : delta), connect });
    await bench.allSilent();
  } finally {
    await bench.close();
  }
}
