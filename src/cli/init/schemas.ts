import { z } from "zod";
import { documentSchema, kinds } from "../../language/kinds.ts";
import { serverSchema } from "../config/schema.ts";

/** Where the JSON Schema of a kind is written, so that editors find it without a network. */
export function schemaPath(kind: string): string {
  return `.schemas/${kind}.json`;
}

/** JSON Schemas of these kinds, by path. */
export async function editorSchemas(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const all = kinds();
  return new Map(
    names.map((name) => {
      const kind = all.find((one) => one.kind === name);
      const schema = kind === undefined ? z.toJSONSchema(serverSchema, { io: "input", unrepresentable: "any" }) : documentSchema(kind);
      return [schemaPath(name), `${JSON.stringify(schema)}\n`];
    }),
  );
}
