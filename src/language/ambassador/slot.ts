import type { JsonObject } from "../../model/json.ts";
import type { HostSlot } from "../language.ts";
import { type RouteGuards, unguarded } from "./around/route-guards.ts";
import type { InsecureAction } from "./host.ts";
import type { SecurityModel } from "./listener.ts";
import type { ModuleDefaults } from "./module/module-settings.ts";
import type { Selector } from "./selector.ts";

/** What `x-forwarded-proto` says of every request of a chain; `either`: what somebody in front says. */
export type Proto = "https" | "http" | "either";

/** What planning a virtual host needs to know of the Listener and Hosts behind it; plain data. */
export interface SlotDetail {
  readonly securityModel: SecurityModel;
  readonly proto: Proto;
  readonly action: InsecureAction;
  /** Name of the first Host in load order: `<namespace>/<name>`. */
  readonly hostName: string;
  /** One per Host; null: it has none, so that a Mapping needs a hostname. Empty: nothing is served here. */
  readonly selectors: readonly (Selector | null)[];
  /** A hostname or one label is enough for a Mapping (7.3). */
  readonly loose?: boolean;
  /** Exact hostnames that have virtual hosts of their own in the table and lie below this one. */
  readonly elsewhere: readonly string[];
  /** What the Module gives to Mappings and clusters; in the slot, so that a change of it plans the virtual host anew. */
  readonly module: ModuleDefaults;
  readonly guards: RouteGuards;
  /** Namespace of the Module whose probes count. */
  readonly probesOf?: string;
  /** `alt-svc` header of every response. */
  readonly altSvc?: string;
}

/** What is the same in every slot of a fleet. */
export interface Surroundings extends Pick<SlotDetail, "module" | "guards" | "loose" | "probesOf"> {
  /** `x-forwarded-proto` may say something else than how a request came: the client is trusted with it, or a filter may set it. */
  readonly protoMayLie: boolean;
}

/** Writes the detail of a slot. */
export function detail(value: SlotDetail): JsonObject {
  return value as unknown as JsonObject;
}

/** Reads what {@link detail} has written. */
export function detailOf(slot: HostSlot): SlotDetail {
  return slot.detail as unknown as SlotDetail;
}

/** A virtual host for every hostname, whose routes are served as they are: what a document is planned in to see what it becomes by itself. */
export const slotAlone: HostSlot = {
  table: "check",
  host: "*",
  detail: detail({
    securityModel: "SECURE",
    proto: "either",
    action: "Route",
    hostName: "",
    selectors: [null],
    elsewhere: [],
    module: { regexMaxSize: Number.MAX_SAFE_INTEGER },
    guards: unguarded,
  }),
  origins: [],
};
