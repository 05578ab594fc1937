import { namesCredential } from "../../document/credential.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ListenerPlan, VirtualHost } from "../../model/model.ts";
import type { FleetPlan } from "../../model/plan.ts";
import { byCodePoint } from "../../problem/order.ts";
import { matchText } from "../match-text.ts";
import type { Change } from "./change.ts";
import { editsForm } from "./form.ts";
import { groupsOf, type RouteGroup } from "./group.ts";
import { type FieldChange, fieldChanges, type Leaves, leaves, textOf } from "./leaves.ts";
import { listenerForm, listenerKey } from "./listener-form.ts";
import { precedenceChanges } from "./precedence.ts";
import { targetText } from "./target-text.ts";

const nothing: FleetPlan = { listeners: [], hosts: [], upstreams: new Map(), endpointSets: new Map() };
const none: Leaves = new Map();

/**
 * What a fleet serves otherwise after than before; a side that is absent serves nothing. Names of documents, tables and clusters, files and their order do
 * not count. The same change at several listeners is one. By listener, host and match, in code point order.
 */
export function changesOf(before: FleetPlan = nothing, after: FleetPlan = nothing): Change[] {
  const changes = [...listenerChanges(before, after), ...hostChanges(before, after)];
  return joined(changes).sort(
    (a, b) =>
      levels[a.level] - levels[b.level] ||
      byCodePoint(a.host ?? a.listeners[0] ?? "", b.host ?? b.listeners[0] ?? "") ||
      byCodePoint(a.match ?? "", b.match ?? ""),
  );
}

const levels = { listener: 0, virtual_host: 1, route: 1 } as const;

function listenerChanges(before: FleetPlan, after: FleetPlan): Change[] {
  return paired(byKey(before.listeners, listenerKey), byKey(after.listeners, listenerKey)).flatMap(([key, one, other]) =>
    change(
      { level: "listener", listeners: [key] },
      one && { form: leaves(listenerForm(one)), origins: one.origins },
      other && { form: leaves(listenerForm(other)), origins: other.origins },
    ),
  );
}

/** A virtual host where clients find it, whatever its table is called. */
interface PlacedHost {
  readonly listener: string;
  readonly host: VirtualHost;
}

function hostChanges(before: FleetPlan, after: FleetPlan): Change[] {
  return paired(placedHosts(before), placedHosts(after)).flatMap(([, one, other]) => {
    const { listener, host } = (other ?? one) as PlacedHost;
    const at = { host: host.host, listeners: [listener] };
    const [old, now] = [one && groupsOf(one.host, before), other && groupsOf(other.host, after)];
    return [
      ...change({ level: "virtual_host", ...at }, one && hostSide(one.host), other && hostSide(other.host)),
      ...routeChanges(at, old ?? [], now ?? []),
    ];
  });
}

function hostSide({ responseHeaders = [], origins }: VirtualHost): Side {
  return { form: leaves(editsForm("response_headers", { add: responseHeaders, remove: [] })), origins };
}

function placedHosts({ listeners, hosts }: FleetPlan): Map<string, PlacedHost> {
  const places = new Map(listeners.flatMap((listener) => tablesOf(listener)));
  return new Map(
    hosts.map((host) => {
      const { listener = "", place = host.table } = places.get(host.table) ?? {};
      return [`${place}\n${host.host}`, { listener, host }];
    }),
  );
}

/** By table: the listener, and with it whom its chain takes. */
function tablesOf(plan: ListenerPlan): [string, { readonly listener: string; readonly place: string }][] {
  const listener = listenerKey(plan);
  return plan.chains.flatMap(({ handler, transport = "", serverNames }) =>
    handler.kind === "http" ? [[handler.table, { listener, place: [listener, transport, ...serverNames].join(" ") }]] : [],
  );
}

function routeChanges(at: Pick<Change, "listeners" | "host">, before: readonly RouteGroup[], after: readonly RouteGroup[]): Change[] {
  const moved = precedenceChanges(before, after);
  const groups = paired(
    byKey(before, ({ key }) => key),
    byKey(after, ({ key }) => key),
  );
  return groups.flatMap(([key, one, other]) => {
    const { match, form } = (other ?? one) as RouteGroup;
    return change({ level: "route", ...at, match: matchText(match), target: targetText(form) }, one, other, moved.get(key));
  });
}

interface Side {
  readonly form: Leaves;
  readonly origins: Change["after"];
}

/** The change from one side to the other; none if nothing differs. */
function change(
  what: Pick<Change, "level" | "listeners" | "host" | "match" | "target">,
  before: Side | undefined,
  after: Side | undefined,
  more: readonly FieldChange[] = [],
): Change[] {
  const fields = [...fieldChanges(before?.form ?? none, after?.form ?? none).filter(tells(before, after)), ...more].map(withoutCredentials);
  if (before !== undefined && after !== undefined && fields.length === 0) return [];
  const action = before === undefined ? "add" : after === undefined ? "remove" : "change";
  return [{ action, ...what, fields, before: before?.origins ?? [], after: after?.origins ?? [] }];
}

/** Whether a field says more than the field `upstream`, which tells of an upstream that only one side has. */
function tells(before: Side | undefined, after: Side | undefined): (field: FieldChange) => boolean {
  if (before === undefined || after === undefined) return () => true;
  const [one, other] = [upstreamsIn(before.form), upstreamsIn(after.form)];
  const onOneSide = [...one.symmetricDifference(other)];
  return ({ path }) => !onOneSide.some((prefix) => path.startsWith(prefix));
}

/** The beginnings of the paths of all upstreams. */
function upstreamsIn(form: Leaves): Set<string> {
  return new Set(
    [...form.keys()].filter((path) => /^upstreams\..+\.protocol$/.test(path)).map((path) => path.slice(0, -"protocol".length)),
  );
}

function withoutCredentials(field: FieldChange): FieldChange {
  if (!field.path.split(".").some(namesCredential)) return field;
  const hidden = (value: JsonValue | undefined) => (value === undefined ? undefined : "(not shown)");
  const { path, before, after } = field;
  return {
    path,
    ...(before === undefined ? {} : { before: hidden(before) as string }),
    ...(after === undefined ? {} : { after: hidden(after) as string }),
  };
}

/** The same at several listeners once. */
function joined(changes: readonly Change[]): Change[] {
  const groups = Map.groupBy(changes, ({ listeners, before, after, level, ...rest }) =>
    textOf([level === "listener" ? listeners : [], level, labels(before), labels(after), rest as unknown as JsonObject]),
  );
  return [...groups.values()].map((same) => ({
    ...(same[0] as Change),
    listeners: [...new Set(same.flatMap(({ listeners }) => listeners))].sort(byCodePoint),
  }));
}

function labels(origins: Change["after"]): readonly string[] {
  return origins.map(({ source, path, index, label }) => `${source} ${path} ${index} ${label}`);
}

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item> {
  return new Map(items.map((item) => [keyOf(item), item]));
}

function paired<Item>(before: ReadonlyMap<string, Item>, after: ReadonlyMap<string, Item>): [string, Item | undefined, Item | undefined][] {
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => [key, before.get(key), after.get(key)]);
}
