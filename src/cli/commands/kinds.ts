import type { Command } from "commander";
import type { KindField } from "../../language/kind-fields.ts";
import type { Kind } from "../../language/kinds.ts";
import { type Context, globals, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { table } from "../table.ts";

/** `kinds [KIND]`: which documents there are, and which fields they have. */
export function kindsCommand(program: Command, context: Context): void {
  program
    .command("kinds")
    .argument("[kind]", "list the fields of this kind")
    .option("--schema <kind>", "show the JSON Schema of documents of this kind, for editors")
    .action(async (name: string | undefined, { schema }: { readonly schema?: string }, command: Command) => {
      const { io } = context;
      const { output } = globals(command, context);
      // The languages are loaded when they are needed, not with the command line.
      const [{ kinds, documentSchema }, { fieldsOf }] = await Promise.all([
        import("../../language/kinds.ts"),
        import("../../language/kind-fields.ts"),
      ]);
      const all = kinds().map((kind) => ({ ...kind, fields: fieldsOf(kind) }));
      if (schema !== undefined) writeData(io, output === "yaml" ? "yaml" : "json", documentSchema(kindOf(all, schema)));
      else if (output !== "text") {
        const shown = name === undefined ? all : [kindOf(all, name)];
        writeData(io, output, { format_version: "1", command: "kinds", kinds: shown.map(data) });
      } else io.stdout.write(name === undefined ? kindsText(all) : fieldsText(kindOf(all, name).fields));
    });
}

interface Listed extends Kind {
  readonly fields: readonly KindField[];
}

function kindOf(all: readonly Listed[], name: string): Listed {
  const found = all.find(({ kind }) => kind.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new Failure(exitCode.usage, `there is no kind ${name}; there are ${all.map(({ kind }) => kind).join(", ")}`);
}

function data({ apiVersion, kind, served, fields }: Listed): object {
  return { api_version: apiVersion, kind, served, fields };
}

function kindsText(all: readonly Listed[]): string {
  return table(
    ["KIND", "API VERSION", "SERVED", "FIELDS"],
    all.map(({ kind, apiVersion, served, fields }) => [kind, apiVersion, yesNo(served), served ? String(fields.length) : ""]),
  );
}

function fieldsText(fields: readonly KindField[]): string {
  return table(
    ["FIELD", "TYPE", "REQUIRED", "SERVED", "DEFAULT", "BECOMES"],
    fields.map(({ name, type, required, served, reported, default: unset = "", becomes = "" }) => [
      name,
      type,
      yesNo(required),
      reported ? "no effect" : yesNo(served),
      unset,
      becomes,
    ]),
  );
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}
