import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Path of the Envoy that tests run: `$ENVOY_BIN`, else the first `envoy` in the `PATH`, else the one that the set-up unpacked into `.cache/`.
 * Throws with what to do if there is none.
 */
export function envoyBinary(): string {
  const cached = fileURLToPath(new URL("../../../.cache/envoy/envoy", import.meta.url));
  const candidates = [process.env.ENVOY_BIN, ...(process.env.PATH ?? "").split(delimiter).map((dir) => join(dir, "envoy")), cached];
  for (const candidate of candidates) {
    if (candidate === undefined || candidate === "" || !existsSync(candidate)) continue;
    accessSync(candidate, constants.X_OK);
    return candidate;
  }
  throw new Error("no Envoy found: run `npm run setup`, put `envoy` into the PATH, or set ENVOY_BIN");
}
