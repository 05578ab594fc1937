import { ambassadorCodes } from "./codes/ambassador.ts";
import { ambassadorTlsCodes } from "./codes/ambassador-tls.ts";
import { apiCodes } from "./codes/api.ts";
import { auditCodes } from "./codes/audit.ts";
import { documentCodes } from "./codes/document.ts";
import { fleetCodes } from "./codes/fleet.ts";
import { routeCodes } from "./codes/route.ts";
import { secretCodes } from "./codes/secret.ts";
import { snapshotCodes } from "./codes/snapshot.ts";
import { sourceCodes } from "./codes/source.ts";
import { storeCodes } from "./codes/store.ts";
import type { Effect, Severity } from "./problem.ts";

/** What a code says when nothing more special is known: its usual severity and effect, and one sentence for the reference. */
export interface CodeEntry {
  readonly severity: Severity;
  readonly effect: Effect;
  /** What is wrong and what happens then, for `docs/reference/problems.md`. */
  readonly meaning: string;
}

/** Every problem code, by area; one file per area, so that an area is edited in one place. */
export const codes = {
  ...documentCodes,
  ...routeCodes,
  ...ambassadorCodes,
  ...ambassadorTlsCodes,
  ...sourceCodes,
  ...storeCodes,
  ...secretCodes,
  ...snapshotCodes,
  ...fleetCodes,
  ...apiCodes,
  ...auditCodes,
} as const satisfies Record<string, CodeEntry>;

/** One of the documented codes. */
export type Code = keyof typeof codes;
