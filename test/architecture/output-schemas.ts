import { z } from "zod";
import { outputShapes } from "../../src/cli/output/shapes.ts";

/** JSON Schemas of the outputs of all commands, as `docs/schemas` has them: text by file name. */
export function outputSchemas(): Map<string, string> {
  return new Map(
    Object.entries(outputShapes).map(([command, shape]) => {
      const { $schema, ...schema } = z.toJSONSchema(shape, {
        override: ({ jsonSchema }) => {
          // That a list is not changed says nothing about the text.
          delete jsonSchema.readOnly;
          // zod bounds every integer by what a number of JavaScript holds.
          if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
          if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
        },
      });
      return [`${command}.json`, `${JSON.stringify({ $schema, title: `portolan ${command} -o json`, ...schema }, null, 2)}\n`];
    }),
  );
}
