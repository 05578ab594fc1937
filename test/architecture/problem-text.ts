import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** What a person is told about a code besides the sentence of its table, and an example of it. Exactly one of `example`, `file` and `printed` is there. */
export interface ProblemText {
  /** How it is mended. */
  readonly mend: string;
  /** What requests see of it, where the meaning does not say so. */
  readonly traffic?: string;
  /** Documents in the shorthand of test/support that raise it. */
  readonly example?: string;
  /** A file that raises it. */
  readonly file?: string;
  /** What is printed, for what no documents alone can raise. */
  readonly printed?: string;
  /** The example has no other documents beside it; otherwise it gets a Listener and a Host where it has none. */
  readonly alone?: boolean;
}

const folder = fileURLToPath(new URL("./problem-texts", import.meta.url));

/** The texts by code. Throws on a code that two files have. */
export function problemTexts(): ReadonlyMap<string, ProblemText> {
  const texts = new Map<string, ProblemText>();
  for (const file of readdirSync(folder)) {
    for (const [code, text] of Object.entries(parse(readFileSync(join(folder, file), "utf8")) as Record<string, ProblemText>)) {
      if (texts.has(code)) throw new Error(`${code} is described twice`);
      texts.set(code, text);
    }
  }
  return texts;
}
