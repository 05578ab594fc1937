import { join, lengthDelimited, varintField } from "../../codec/wire.ts";
import { shortName } from "../../envoy/type-url.ts";
import type { NodeIdentity, NodeState, Status } from "../../fleet/node.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { ResourceState } from "../../xds/resource-state.ts";
import { encodeStruct } from "./struct.ts";

/** `ConfigStatus` of csds.proto (xds.md 6.1). */
const configStatus: Readonly<Record<Status, number>> = { offline: 0, accepted: 1, "not-sent": 2, pending: 3, rejected: 4 };

/** Worst first. */
const precedence: readonly Status[] = ["rejected", "pending", "not-sent", "accepted", "offline"];

/** A node as `envoy.service.status.v3.ClientConfig`; `contents`: with what it should have. Resources of all its streams together, by type, worst first. */
export function clientConfig(node: NodeState, resources: readonly ResourceState[], contents: boolean): Uint8Array {
  const configs = merged(resources).map((one) => lengthDelimited(3, genericConfig(node, one, contents)));
  return join([lengthDelimited(1, encodeNode(node)), ...configs]);
}

/** Of a resource that several streams have, the worst. */
function merged(resources: readonly ResourceState[]): ResourceState[] {
  const worst = new Map<string, ResourceState>();
  const rank = ({ status }: ResourceState) => precedence.indexOf(status);
  for (const one of resources) {
    const key = `${one.type}\n${one.name}`;
    const known = worst.get(key);
    if (known === undefined || rank(one) < rank(known)) worst.set(key, one);
  }
  return [...worst.values()].sort((a, b) => byCodePoint(a.type, b.type) || rank(a) - rank(b) || byCodePoint(a.name, b.name));
}

function genericConfig(node: NodeState, { type, name, status, version, wanted }: ResourceState, contents: boolean): Uint8Array {
  const known = node.types[shortName(type)];
  const body = contents && wanted !== undefined && !wanted.sensitive ? wanted.body : undefined;
  const rejection = status === "rejected" ? known?.rejection : undefined;
  return join([
    lengthDelimited(1, type),
    lengthDelimited(2, name),
    lengthDelimited(3, version),
    ...(body === undefined ? [] : [lengthDelimited(4, body)]),
    ...(known === undefined ? [] : [lengthDelimited(5, timestamp(known.since))]),
    varintField(6, configStatus[status]),
    ...(rejection === undefined
      ? []
      : [
          lengthDelimited(
            8,
            join([
              ...(body === undefined ? [] : [lengthDelimited(1, body)]),
              lengthDelimited(2, timestamp(rejection.at)),
              lengthDelimited(3, rejection.error),
              lengthDelimited(4, wanted?.version ?? ""),
            ]),
          ),
        ]),
  ]);
}

/** `envoy.config.core.v3.Node` without extensions. */
function encodeNode({ id, cluster, region, zone, metadata, envoyVersion }: NodeIdentity): Uint8Array {
  return join([
    lengthDelimited(1, id),
    lengthDelimited(2, cluster),
    lengthDelimited(3, encodeStruct(metadata)),
    lengthDelimited(4, join([lengthDelimited(1, region), lengthDelimited(2, zone)])),
    lengthDelimited(7, envoyVersion),
  ]);
}

function timestamp(milliseconds: number): Uint8Array {
  const seconds = Math.floor(milliseconds / 1000);
  return join([varintField(1, seconds), varintField(2, Math.round(milliseconds - seconds * 1000) * 1_000_000)]);
}
