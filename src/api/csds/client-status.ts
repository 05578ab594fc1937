import { fields, lengthDelimited } from "../../codec/wire.ts";
import type { NodeIdentity, NodeState } from "../../fleet/node.ts";
import type { ResourceState } from "../../xds/resource-state.ts";
import { clientConfig } from "./client-config.ts";
import { nodeMatcher } from "./node-matcher.ts";

/** What is read of the server for `ClientStatusDiscoveryService`. */
export interface ClientView {
  nodes(): readonly NodeState[];
  /** What the streams of a node have. */
  resources(node: string): readonly ResourceState[];
}

/** Answers a `ClientStatusRequest` with one part of a `ClientStatusResponse` for each connected node that matches. Throws UnsupportedMatcher, MalformedMessage. */
export function clientStatus(request: Uint8Array, view: ClientView): Uint8Array[] {
  const matchers: ((node: NodeIdentity) => boolean)[] = [];
  let bare = false;
  for (const field of fields(request)) {
    if (field.number === 1) matchers.push(nodeMatcher(field.bytes));
    if (field.number === 3) bare = field.varint !== 0;
  }
  const connected = view.nodes().filter(({ state }) => state !== "offline");
  const nodes = matchers.length === 0 ? connected : connected.filter((node) => matchers.some((matches) => matches(node)));
  const contents = nodes.length === 1 && !bare;
  return nodes.map((node) => lengthDelimited(1, clientConfig(node, view.resources(node.id), contents)));
}
