import { z } from "zod";
import type { JsonArray, JsonObject, JsonValue } from "../model/json.ts";
import { byCodePoint } from "../problem/order.ts";
import { authServiceSchema } from "./ambassador/around/auth-service.ts";
import { logServiceSchema } from "./ambassador/around/log-service.ts";
import { rateLimitServiceSchema } from "./ambassador/around/rate-limit-service.ts";
import { tracingServiceSchema } from "./ambassador/around/tracing-service.ts";
import { laterKinds as laterAmbassador, type ServedKind } from "./ambassador/check.ts";
import { policyKinds } from "./ambassador/guard/policy.ts";
import { hostSchema } from "./ambassador/host.ts";
import { listenerSchema } from "./ambassador/listener.ts";
import { mappingSchema } from "./ambassador/mapping-schema.ts";
import { moduleSchema } from "./ambassador/module/module-schema.ts";
import { resolverSchema } from "./ambassador/resolver.ts";
import { tcpMappingSchema } from "./ambassador/tcp/tcp-mapping.ts";
import { tlsContextSchema } from "./ambassador/tls/tls-context.ts";
import type { FieldTexts } from "./fields/field-text.ts";
import { fieldTexts } from "./fields/fields.ts";
import { laterFields as laterFleetFields } from "./portolan/fleet-later.ts";
import { fleetSchema } from "./portolan/fleet-schema.ts";
import { laterKinds as laterPortolan } from "./portolan/portolan.ts";
import { routeTestSchema } from "./portolan/route-test.ts";
import { upstreamSchema } from "./portolan/upstream.ts";

/** A kind of document. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Whether this version serves it. */
  readonly served: boolean;
  /** JSON Schema of its `spec`; absent for one that is not served. */
  readonly spec?: JsonObject;
  /** Names of fields of the spec that are known and not served, those of inner objects with dots. */
  readonly later: readonly string[];
}

const moduleSpec = z.strictObject({ ambassador_id: z.array(z.string()).nullish(), config: moduleSchema });

const ambassadorSchemas: Readonly<Record<ServedKind, z.ZodType>> = {
  Listener: listenerSchema,
  Host: hostSchema,
  Mapping: mappingSchema,
  Module: moduleSpec,
  KubernetesServiceResolver: resolverSchema,
  KubernetesEndpointResolver: resolverSchema,
  AuthService: authServiceSchema,
  RateLimitService: rateLimitServiceSchema,
  LogService: logServiceSchema,
  TracingService: tracingServiceSchema,
  TLSContext: tlsContextSchema,
  TCPMapping: tcpMappingSchema,
};

const { addresses } = upstreamSchema.shape;
const portolanSchemas: Readonly<Record<string, z.ZodType>> = {
  Fleet: fleetSchema,
  RouteTest: routeTestSchema,
  Upstream: upstreamSchema.extend({ addresses: z.array(z.union([z.string(), addresses.element])).min(1) }),
};

const laterFields: Readonly<Record<string, readonly string[]>> = {
  Fleet: [...laterFleetFields.keys()].map((pointer) => pointer.slice(1).replaceAll("/", ".")),
};

/** Every kind with a schema of its own, and those that are known and not served, by group and name. */
export function kinds(): Kind[] {
  return [
    ...groupOf("getambassador.io/v3alpha1", ambassadorSchemas, new Set([...laterAmbassador, ...policyKinds.keys()])),
    ...groupOf("portolan.dev/v1alpha1", portolanSchemas, laterPortolan),
  ];
}

function groupOf(apiVersion: string, schemas: Readonly<Record<string, z.ZodType>>, later: ReadonlySet<string>): Kind[] {
  const served = Object.entries(schemas).map(([kind, schema]): Kind => {
    const { $schema: _, ...spec } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonObject;
    return { apiVersion, kind, served: true, spec, later: laterFields[kind] ?? [] };
  });
  const others = [...later].map((kind): Kind => ({ apiVersion, kind, served: false, later: [] }));
  return [...served, ...others].sort((a, b) => byCodePoint(a.kind, b.kind));
}

/** A JSON Schema of whole documents of a kind, for editors. What is known and not served is allowed and says so. */
export function documentSchema({ apiVersion, kind, spec: { $defs, ...spec } = {}, later }: Kind): JsonObject {
  const told = described(spec as JsonObject, fieldTexts[kind] ?? {}, "");
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `${kind} (${apiVersion})`,
    type: "object",
    properties: {
      apiVersion: { const: apiVersion },
      kind: { const: kind },
      metadata: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
      spec: withTexts(later.reduce((schema, field) => withLater(schema, field.split(".")), told)),
    },
    required: ["apiVersion", "kind", "metadata"],
    // References lead there from the root of the document.
    ...($defs === undefined ? {} : { $defs }),
  };
}

/** A schema with what its fields become, for who hovers over them in an editor. */
function described(schema: JsonObject, texts: FieldTexts, name: string): JsonObject {
  const { becomes, default: unset } = texts[name] ?? {};
  const at = (inner: JsonValue | undefined, at: string) => (isSchema(inner) ? described(inner, texts, at) : inner);
  const { properties, items, additionalProperties: values, anyOf, oneOf } = schema;
  const fields = Object.entries((properties ?? {}) as JsonObject).map(([key, inner]) => [
    key,
    at(inner, name === "" ? key : `${name}.${key}`),
  ]);
  return {
    ...(becomes === undefined ? {} : { description: unset === undefined ? becomes : `${becomes} (default: ${unset})` }),
    ...schema,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(fields) }),
    ...(items === undefined ? {} : { items: at(items, `${name}[]`) }),
    ...(values === undefined ? {} : { additionalProperties: at(values, `${name}.*`) }),
    ...(anyOf === undefined ? {} : { anyOf: (anyOf as JsonArray).map((one) => at(one, name)) }),
    ...(oneOf === undefined ? {} : { oneOf: (oneOf as JsonArray).map((one) => at(one, name)) }),
  } as JsonObject;
}

function isSchema(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withLater(schema: JsonObject, [field = "", ...rest]: readonly string[]): JsonObject {
  const properties = schema.properties as { readonly [name: string]: JsonValue | undefined } | undefined;
  const inner = properties?.[field] as JsonObject | undefined;
  const value = rest.length > 0 && inner !== undefined ? withLater(inner, rest) : { description: "Not served by this version." };
  return { ...schema, properties: { ...properties, [field]: value } };
}

/** Integers may be written as texts, as languages read them. */
function withTexts(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return (schema as JsonArray).map(withTexts);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withTexts(value as JsonValue)]));
  return inner.type === "integer" ? { anyOf: [inner, { type: "string", pattern: "^-?[0-9]+$" }] } : inner;
}
