import { CDS, EDS, LDS, RDS } from "../../../src/envoy/type-url.ts";
import type { Variant } from "../client/variant.ts";
import type { AdapterClient } from "./adapter-client.ts";
import type { HarnessClient } from "./harness-client.ts";

/** What a case plays on. */
export interface Play {
  readonly client: HarnessClient;
  readonly adapter: AdapterClient;
  /** The type the case is about, and the other one if it is about two. */
  readonly type: string;
  readonly other: string;
}

/** One example of an outline. */
export interface Row {
  /** `CDS`, or `CDS,LDS`. */
  readonly services: string;
  /** Names that exist, one letter each. */
  readonly resources: string;
  /** Names the client asks for, where they are not those that exist. */
  readonly subset?: string;
  /** The name that is changed, or asked for first; then another. */
  readonly r1?: string;
  readonly r2?: string;
}

/** An outline of the public harness: played once for each row and variant. */
export interface Outline {
  readonly name: string;
  readonly variants: readonly Variant[];
  readonly rows: readonly Row[];
  /** Plays a row; the state it begins with is set. The stream is ended by it, if at all. */
  play(play: Play, row: Required<Row>): Promise<void>;
}

/** Types by short name. */
export const typesByName: Readonly<Record<string, string>> = { CDS, EDS, LDS, RDS };
