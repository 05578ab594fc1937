import { shortName } from "../envoy/type-url.ts";
import type { Origin } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Location } from "../problem/problem.ts";
import type { Change } from "../route/difference/change.ts";
import { changesOf } from "../route/difference/changes.ts";
import { type FieldChange, textOf } from "../route/difference/leaves.ts";
import { type ResourceChange, resourceChanges } from "../snapshot/changes.ts";
import type { BuiltFleet } from "./offline.ts";
import type { BuiltPair, EarlierFleet } from "./pair.ts";

/** How much is compared: what routes do, which resources of Envoy there are, or what is in them. */
export type Level = "routes" | "resources" | "patch";

/** One thing that is otherwise than before, in the fleets that it is so in. */
interface Item {
  readonly action: "add" | "change" | "remove";
  readonly fleets: readonly string[];
}

/** A route, a virtual host or a listener that is otherwise, see {@link Change}. */
export interface RouteItem extends Item, Pick<Change, "level" | "host" | "match" | "listeners" | "target"> {
  readonly level: Change["level"];
  /** `Kind/namespace/name`. */
  readonly documents: readonly string[];
  /** Of what is removed, where it was. */
  readonly at?: Location;
  /** Of what is changed, where it was, if that is another place. */
  readonly was?: Location;
  readonly fields: readonly FieldChange[];
}

/** An Envoy resource that differs. */
export interface ResourceItem extends Item {
  readonly level: "resource";
  /** `CDS`. */
  readonly type: string;
  readonly name: string;
  /** Versions. */
  readonly before?: string;
  readonly after?: string;
  readonly at?: Location;
  /** A unified difference, at the level `patch`. */
  readonly patch?: string;
}

/** How many are added, changed and removed. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

/** What differs between two commits. */
export interface Difference {
  readonly summary: {
    readonly routes: Counts;
    readonly listeners: Counts;
    /** Virtual hosts with a difference. */
    readonly virtual_hosts: number;
    readonly clusters: Counts;
    readonly resources: Counts;
    /** The fleets with a difference. */
    readonly fleets: readonly string[];
    /** `trip`: a fleet would lose everything, and is held instead. */
    readonly guard: "pass" | "trip";
  };
  readonly changes: readonly (RouteItem | ResourceItem)[];
}

/** One fleet on both sides; a side where there is no such fleet is absent. */
export interface FleetSides {
  readonly fleet: string;
  readonly before?: EarlierFleet;
  readonly after?: BuiltFleet;
}

/** The fleets of both sides, by name. */
export function fleetSides({ before, after }: BuiltPair): FleetSides[] {
  const names = [...new Set([...before.fleets, ...after.fleets].map(({ fleet }) => fleet))].sort(byCodePoint);
  return names.map((fleet) => {
    const one = before.fleets.find((each) => each.fleet === fleet);
    const other = after.fleets.find((each) => each.fleet === fleet);
    return { fleet, ...(one && { before: one }), ...(other && { after: other }) };
  });
}

/** What differs between the sides of these fleets. */
export async function differenceOf(sides: readonly FleetSides[], level: Level): Promise<Difference> {
  const fleets = sides.map((side) => ({
    side,
    routes: changesOf(side.before?.plan, side.after?.plan()),
    resources: resourceChanges(side.before?.snapshot, side.after?.snapshot),
  }));
  const routes = joined(
    (await Promise.all(fleets.map(({ side, routes: own }) => Promise.all(own.map((change) => routeItem(change, side)))))).flat(),
  );
  const resources = fleets.flatMap(({ resources: own }) => own);
  const items =
    level === "routes"
      ? routes
      : (
          await Promise.all(fleets.map(({ side, resources: own }) => Promise.all(own.map((change) => resourceItem(change, side, level)))))
        ).flat();
  const hosts = new Set(routes.flatMap(({ host }) => host ?? []));
  return {
    summary: {
      routes: countsOf(routes.filter((item) => item.level === "route").map(({ action }) => action)),
      listeners: countsOf(routes.filter((item) => item.level === "listener").map(({ action }) => action)),
      virtual_hosts: hosts.size,
      clusters: countsOf(resources.filter((change) => typeOf(change) === "CDS").map(actionOf)),
      resources: countsOf(resources.map(actionOf)),
      fleets: fleets.filter((each) => each.resources.length > 0).map(({ side }) => side.fleet),
      guard: sides.some(losesAll) ? "trip" : "pass",
    },
    changes: items,
  };
}

/** A fleet that had resources and would have none keeps what it has (delivery.md 6.4). */
function losesAll({ before, after }: FleetSides): boolean {
  const isEmpty = (side: Pick<EarlierFleet, "snapshot"> | undefined) =>
    [...(side?.snapshot.types.values() ?? [])].every((set) => set.resources.size === 0);
  return before !== undefined && !isEmpty(before) && isEmpty(after);
}

async function routeItem(change: Change, { fleet, before, after }: FleetSides): Promise<RouteItem> {
  const [was] = await firstPlace(before, change.before);
  const [now] = await firstPlace(after, change.after);
  const at = now ?? was;
  const { action, level, host, match, listeners, fields, target } = change;
  const documents = change.after.length > 0 ? change.after : change.before;
  return {
    action,
    fleets: [fleet],
    level,
    ...(host === undefined ? {} : { host }),
    ...(match === undefined ? {} : { match }),
    listeners,
    ...(target === undefined ? {} : { target }),
    documents: [...new Set(documents.map(({ label }) => label))],
    ...(at === undefined ? {} : { at }),
    ...(was === undefined || now === undefined || samePlace(was, now) ? {} : { was }),
    fields,
  };
}

function firstPlace(side: Pick<EarlierFleet, "places"> | undefined, origins: readonly Origin[]): Promise<readonly Location[]> {
  return side?.places(origins.slice(0, 1)) ?? Promise.resolve([]);
}

function samePlace(a: Location, b: Location): boolean {
  return a.source === b.source && a.path === b.path && a.line === b.line;
}

async function resourceItem(change: ResourceChange, { fleet, before, after }: FleetSides, level: Level): Promise<ResourceItem> {
  const { type, name } = (change.after ?? change.before) as NonNullable<ResourceChange["after"]>;
  const [at] = (await (change.after === undefined ? before : after)?.origins({ type, name })) ?? [];
  return {
    action: actionOf(change),
    fleets: [fleet],
    level: "resource",
    type: shortName(type),
    name,
    ...(change.before === undefined ? {} : { before: change.before.version }),
    ...(change.after === undefined ? {} : { after: change.after.version }),
    ...(at === undefined ? {} : { at }),
    ...(level === "patch" ? { patch: (await import("./patch.ts")).patchOf(change) } : {}),
  };
}

function typeOf({ before, after }: ResourceChange): string {
  return shortName((after ?? before)?.type ?? "");
}

function actionOf({ before, after }: ResourceChange): RouteItem["action"] {
  return before === undefined ? "add" : after === undefined ? "remove" : "change";
}

function countsOf(actions: readonly RouteItem["action"][]): Counts {
  const count = (wanted: string) => actions.filter((action) => action === wanted).length;
  return { add: count("add"), change: count("change"), remove: count("remove") };
}

/** The same in several fleets once. */
function joined(items: readonly RouteItem[]): RouteItem[] {
  const groups = Map.groupBy(items, ({ fleets: _, ...rest }) => textOf(rest as never));
  return [...groups.values()].map((same) => ({ ...(same[0] as RouteItem), fleets: same.flatMap(({ fleets }) => fleets) }));
}
