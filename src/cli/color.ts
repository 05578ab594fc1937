import { styleText } from "node:util";
import type { Io } from "./io.ts";

/** What `--color` takes. */
export const colorModes = ["always", "never", "auto"] as const;
/** One of {@link colorModes}. */
export type ColorMode = (typeof colorModes)[number];

/** Colours a text, or leaves it. Colour never says what the text does not. */
export type Paint = (format: "red" | "yellow" | "cyan" | "green" | "dim" | "bold", text: string) => string;

/** Colours according to the flag, then FORCE_COLOR, NO_COLOR, TERM, and whether stdout is a terminal. */
export function painter(mode: ColorMode, io: Pick<Io, "stdout" | "env">): Paint {
  if (!isColored(mode, io)) return (_format, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}

function isColored(mode: ColorMode, { stdout, env }: Pick<Io, "stdout" | "env">): boolean {
  if (mode !== "auto") return mode === "always";
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "") return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return stdout.isTTY && env.TERM !== "dumb";
}
