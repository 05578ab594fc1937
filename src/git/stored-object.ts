import type { Oid } from "./object.ts";
import type { ObjectType } from "./parse.ts";

/** An object to be stored. */
export interface ObjectName {
  readonly oid: Oid;
  readonly type: ObjectType;
}

/** An object with its content. */
export interface StoredObject extends ObjectName {
  readonly content: Uint8Array;
}
