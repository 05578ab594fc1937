/** Writes `docs/schemas` from the shapes of what commands print. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { outputSchemas } from "../test/architecture/output-schemas.ts";

mkdirSync(fileURLToPath(new URL("../docs/schemas", import.meta.url)), { recursive: true });
for (const [name, text] of outputSchemas()) writeFileSync(fileURLToPath(new URL(`../docs/schemas/${name}`, import.meta.url)), text);
