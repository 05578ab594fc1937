import { z } from "zod";
import type { FleetSettings } from "../language.ts";

/** Settings of this language in a Fleet document (`spec.ambassador`). */
export const ambassadorSettings = z.strictObject({
  /** Namespace whose services need no suffix. */
  namespace: z.string().optional(),
  /** Ambassador ids that the fleet answers to. */
  ids: z.array(z.string()).optional(),
});

/** Namespace whose services need no suffix, and the ids that the fleet answers to, with their defaults. */
export function settingsOf(fleet: FleetSettings): { readonly namespace: string; readonly ids: readonly string[] } {
  const read = ambassadorSettings.safeParse(fleet.languages.ambassador ?? {});
  return { namespace: read.data?.namespace ?? "default", ids: read.data?.ids ?? ["default"] };
}
