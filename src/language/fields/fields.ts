import { hostFields, listenerFields, tcpMappingFields, tlsContextFields } from "./edge-fields.ts";
import type { FieldTexts } from "./field-text.ts";
import { mappingFields } from "./mapping-fields.ts";
import { moduleFields } from "./module-fields.ts";
import { fleetFields, routeTestFields, upstreamFields } from "./portolan-fields.ts";
import { authServiceFields, logServiceFields, rateLimitServiceFields, tracingServiceFields } from "./service-fields.ts";
import { id } from "./shared-fields.ts";

/** What every field of every kind that is served becomes, by kind; a test holds them to the schemas. */
export const fieldTexts: Readonly<Record<string, FieldTexts>> = {
  AuthService: authServiceFields,
  Fleet: fleetFields,
  Host: hostFields,
  KubernetesEndpointResolver: id,
  KubernetesServiceResolver: id,
  Listener: listenerFields,
  LogService: logServiceFields,
  Mapping: mappingFields,
  Module: moduleFields,
  RateLimitService: rateLimitServiceFields,
  RouteTest: routeTestFields,
  TCPMapping: tcpMappingFields,
  TLSContext: tlsContextFields,
  TracingService: tracingServiceFields,
  Upstream: upstreamFields,
};
