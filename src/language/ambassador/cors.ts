import { z } from "zod";
import type { JsonObject } from "../../model/json.ts";

const words = z.union([z.string(), z.array(z.string())]);

/** `cors` of a Mapping or of the Module, as written. */
export const corsSchema = z.strictObject({
  origins: words.optional(),
  methods: words.optional(),
  headers: words.optional(),
  exposed_headers: words.optional(),
  credentials: z.boolean().optional(),
  max_age: z.string().optional(),
});

/** `CorsPolicy`: origins are told apart, the other lists are joined with commas, as they go into headers (ambassador.md 3.2). */
export function corsOf({ origins, methods, headers, exposed_headers, credentials, max_age }: z.infer<typeof corsSchema>): JsonObject {
  const allowed = typeof origins === "string" ? origins.split(",").map((origin) => origin.trim()) : (origins ?? []);
  return {
    ...(allowed.length === 0 ? {} : { allow_origin_string_match: allowed.map((exact) => ({ exact })) }),
    ...list("allow_methods", methods),
    ...list("allow_headers", headers),
    ...list("expose_headers", exposed_headers),
    ...(credentials === undefined ? {} : { allow_credentials: credentials }),
    ...(max_age === undefined ? {} : { max_age }),
  };
}

function list(field: string, value: z.infer<typeof words> | undefined): JsonObject {
  return value === undefined ? {} : { [field]: typeof value === "string" ? value : value.join(", ") };
}
