import type { Document } from "../../../document/document.ts";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import type { Finding } from "../../../problem/finding.ts";
import { object } from "../../object.ts";
import { SpecEdit } from "./edit.ts";
import { convertMapping } from "./mapping.ts";
import { oneOf, originateTls } from "./values.ts";

/** Versions that are converted before anything else looks at a document. */
export const oldVersions: ReadonlySet<string> = new Set(["v1", "v2"]);

/** What of a kind is written differently in the newest version. */
const conversions: Readonly<Record<string, (edit: SpecEdit) => void>> = {
  Mapping: convertMapping,
  Host: (edit) => edit.rename("selector", "mappingSelector"),
  TCPMapping(edit) {
    originateTls(edit, "service");
    edit.rename("v3StatsName", "stats_name");
    edit.rename("v3CircuitBreakers", "circuit_breakers");
  },
  TLSContext: (edit) => edit.rename("v3CRLSecret", "crl_secret"),
  AuthService(edit) {
    originateTls(edit, "auth_service");
    edit.rename("v3StatsName", "stats_name");
    edit.rename("v3CircuitBreakers", "circuit_breakers");
    edit.rename("v3ProtocolVersion", "protocol_version");
  },
  RateLimitService(edit) {
    originateTls(edit, "service");
    edit.rename("v3StatsName", "stats_name");
    edit.rename("v3GRPC", "grpc");
    edit.rename("v3ProtocolVersion", "protocol_version");
  },
  LogService(edit) {
    edit.rename("v3StatsName", "stats_name");
    edit.rename("v3ProtocolVersion", "protocol_version");
  },
  TracingService: convertTracing,
};

/** A document in the newest version, and how to lead back what is found in it. */
export interface Converted {
  readonly document: Document;
  /** A finding about the converted document, at its place in the one that was written. */
  restore(found: Finding): Finding;
}

/** Converts a document of an old version (ambassador.md 13). What is no mapping where one is wanted stays as it is, for the check to say. */
export function convert(document: Document): Converted {
  const spec = object(document.value.spec);
  if (spec === undefined) return { document, restore: (found) => found };
  const edit = new SpecEdit(spec);
  convertIds(edit);
  conversions[document.identity.kind]?.(edit);
  const value: JsonObject = { ...document.value, spec: edit.spec };
  return {
    document: { ...document, version: "v3alpha1", value },
    restore: (found) => ({ ...found, pointer: restored(found.pointer, edit) }),
  };
}

/** Several ids are a list now; a Host has written them under another name. */
function convertIds(edit: SpecEdit): void {
  edit.change("ambassador_id", oneOf);
  const other = edit.get("ambassadorId");
  if (other === undefined) return;
  edit.remove("ambassadorId");
  const own = edit.get("ambassador_id");
  const both = [...list(own), ...list(oneOf(other))];
  edit.set("ambassador_id", both, own === undefined ? "ambassadorId" : "ambassador_id");
}

function convertTracing(edit: SpecEdit): void {
  edit.rename("v3StatsName", "stats_name");
  edit.rename("v3CustomTags", "custom_tags");
  const modes = edit.get("v3PropagationModes");
  if (modes !== undefined) {
    edit.remove("v3PropagationModes");
    edit.set("config", { ...object(edit.get("config")), propagation_modes: modes });
  }
  const headers = edit.get("tag_headers");
  if (!Array.isArray(headers)) return;
  edit.remove("tag_headers");
  const tags = (headers as readonly JsonValue[]).map((tag) => ({ tag, request_header: { name: tag } }));
  if (edit.get("custom_tags") === undefined) edit.set("custom_tags", tags, "tag_headers");
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

/** The pointer into the document as it was written. */
function restored(pointer: string, { moved }: SpecEdit): string {
  const [, spec = "", field = "", ...rest] = pointer.split("/");
  const from = spec === "spec" ? moved.get(`/${field}`) : undefined;
  if (from === undefined) return pointer;
  return from === "/" ? "/spec" : [`/spec${from}`, ...rest].join("/");
}
