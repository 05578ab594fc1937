import { z } from "zod";
import type { Document } from "../../document/document.ts";
import type { JsonArray, JsonObject, JsonValue } from "../../model/json.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { isLeftOut, leaveOut, leaveOutBelow } from "../mistakes.ts";
import { object } from "../object.ts";
import { readSpec } from "../schema.ts";
import type { ServiceAddress, ServiceAddresses } from "../service-addresses.ts";
import { parseAddress } from "./address.ts";
import { healthCheckSchema, readHealthCheck } from "./health-check.ts";

/** `spec` of an Upstream, with every address in its long form. */
export const upstreamSchema = z.strictObject({
  addresses: z.array(z.strictObject({ address: z.string(), zone: z.string().min(1).optional() })).min(1),
  healthCheck: healthCheckSchema.optional(),
});

/** Checks an Upstream (delivery.md 10.4). Wrong addresses leave it out; a wrong health check is dropped, or takes its default. */
export function checkUpstream(document: Document, origin: Origin): Checked<ServiceAddresses> {
  const written = document.value.spec;
  const { spec: input, findings } = readSpec(upstreamSchema, withLongAddresses(written), { pointer: "/spec", unknownField: "error" });
  const more: Finding[] = [];
  const addresses = readAddresses(input?.addresses ?? [], more);
  const healthCheck = input?.healthCheck && readHealthCheck(input.healthCheck, more);
  const read = input === undefined ? leaveOut(findings) : findings;
  const said = leaveOutBelow([...read, ...more], ["/spec/addresses"]).map((found) => asWritten(found, written));
  const usable = input !== undefined && !isLeftOut(said);
  return {
    document,
    origin,
    labels: {},
    ...(usable ? { spec: { addresses, ...(healthCheck === undefined ? {} : { healthCheck }) } } : {}),
    findings: said,
  };
}

function readAddresses(written: z.infer<typeof upstreamSchema>["addresses"], findings: Finding[]): readonly ServiceAddress[] {
  const addresses = new Map<string, ServiceAddress>();
  for (const [i, { address, zone }] of written.entries()) {
    const read = parseAddress(address);
    if (read === undefined) {
      findings.push(
        finding("document/wrong-type", `/spec/addresses/${i}/address`, `${JSON.stringify(address)} is not host:port`, {
          fix: "write an IP address (IPv6 in brackets) or a DNS name, a colon and a port",
        }),
      );
      continue;
    }
    const key = `${read.host} ${read.port}`;
    if (!addresses.has(key)) addresses.set(key, { ...read, ...(zone === undefined ? {} : { zone }) });
  }
  return [...addresses.values()];
}

/** The spec with every address in its long form, so that one schema reads both. */
function withLongAddresses(spec: JsonValue | undefined): JsonValue {
  const fields = object(spec);
  if (fields === undefined) return spec ?? {};
  const { addresses } = fields;
  if (!Array.isArray(addresses)) return fields;
  return { ...fields, addresses: (addresses as JsonArray).map((address) => object(address) ?? { address }) };
}

/** A finding with its pointer as the document was written. */
function asWritten(found: Finding, spec: JsonValue | undefined): Finding {
  const [, item = "", i = ""] = /^(\/spec\/addresses\/(\d+))\/address$/.exec(found.pointer) ?? [];
  if (item === "") return found;
  const written = ((spec as JsonObject).addresses as JsonArray)[Number(i)];
  return object(written) === undefined ? { ...found, pointer: item } : found;
}
