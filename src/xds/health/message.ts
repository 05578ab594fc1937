import { fields, text, varintField } from "../../codec/wire.ts";
import type { Serving } from "./health.ts";

/** Full name of the service, and the paths of its methods. */
export const healthService = "grpc.health.v1.Health";
export const checkPath = `/${healthService}/Check`;
export const watchPath = `/${healthService}/Watch`;

/** The service that a `HealthCheckRequest` asks for. Throws MalformedMessage if the bytes are none. */
export function readHealthRequest(bytes: Uint8Array): string {
  let name = "";
  for (const field of fields(bytes)) if (field.number === 1 && field.wireType === 2) name = text(field.bytes);
  return name;
}

/** A `HealthCheckResponse`. */
export function healthResponse(status: Serving): Uint8Array {
  return varintField(1, status);
}
