import { fields } from "../codec/wire.ts";
import type { NodeIdentity } from "../fleet/node.ts";
import type { ErrorDetail, Mode, Request } from "./event.ts";
import { payload, textOf } from "./request-field.ts";
import { readNode } from "./request-node.ts";

/** A request as it came, and who sent it if it says so. */
export interface Received {
  readonly request: Request;
  readonly node?: NodeIdentity;
}

type Meaning = "version" | "node" | "names" | "type" | "nonce" | "error" | "subscribe" | "unsubscribe" | "claims";

/** Fields of `DiscoveryRequest` and `DeltaDiscoveryRequest` by what they mean; everything else is skipped (C13). */
const meanings: Readonly<Record<Mode, ReadonlyMap<number, Meaning>>> = {
  sotw: new Map([
    [1, "version"],
    [2, "node"],
    [3, "names"],
    [4, "type"],
    [5, "nonce"],
    [6, "error"],
  ]),
  delta: new Map([
    [1, "node"],
    [2, "type"],
    [3, "subscribe"],
    [4, "unsubscribe"],
    [5, "claims"],
    [6, "nonce"],
    [7, "error"],
  ]),
};

/** Reads the fields that are used of a request; `nodeBytes` is what is kept of a node's own data. Throws MalformedMessage if the bytes are no such message. */
export function readRequest(mode: Mode, bytes: Uint8Array, nodeBytes: number): Received {
  const lists = { names: [] as string[], subscribe: [] as string[], unsubscribe: [] as string[] };
  const texts = { version: "", type: "", nonce: "" };
  const claims = new Map<string, string>();
  let node: NodeIdentity | undefined;
  let error: ErrorDetail | undefined;
  for (const field of fields(bytes)) {
    const meaning = meanings[mode].get(field.number);
    if (meaning === undefined) continue;
    if (meaning === "node") node = readNode(payload(field), nodeBytes);
    else if (meaning === "error") error = readError(payload(field));
    else if (meaning === "claims") claims.set(...readClaim(payload(field)));
    else if (meaning === "names" || meaning === "subscribe" || meaning === "unsubscribe") lists[meaning].push(textOf(field));
    else texts[meaning] = textOf(field);
  }
  return {
    request: { ...texts, ...lists, claims, node: node?.id ?? "", ...(error === undefined ? {} : { error }) },
    ...(node === undefined ? {} : { node }),
  };
}

/** `google.rpc.Status` without its details. */
function readError(bytes: Uint8Array): ErrorDetail {
  let code = 0;
  let message = "";
  for (const field of fields(bytes)) {
    if (field.number === 1 && field.wireType === 0) code = field.varint;
    if (field.number === 2) message = textOf(field);
  }
  return { code, message };
}

function readClaim(bytes: Uint8Array): [string, string] {
  let name = "";
  let version = "";
  for (const field of fields(bytes)) {
    if (field.number === 1) name = textOf(field);
    if (field.number === 2) version = textOf(field);
  }
  return [name, version];
}
