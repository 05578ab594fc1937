import type { z } from "zod";

/** What zod keeps of a schema; only what leads to the fields of objects. */
interface Definition {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

/** The names of the fields that the schema has at a path, for suggestions. */
export function fieldsAt(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  const definition = schema.def as unknown as Definition;
  if (definition.innerType !== undefined) return fieldsAt(definition.innerType, path);
  if (definition.in !== undefined) return fieldsAt(definition.in, path);
  if (definition.options !== undefined) return definition.options.flatMap((option) => fieldsAt(option, path));
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(definition.shape ?? {});
  const inner = definition.shape?.[step] ?? definition.element ?? definition.valueType;
  return inner === undefined ? [] : fieldsAt(inner, rest);
}
