import { codes } from "../../src/problem/codes.ts";
import { byCodePoint } from "../../src/problem/order.ts";
import { problemPage } from "./problem-page.ts";
import { problemTexts } from "./problem-text.ts";

const entries = Object.entries(codes).sort((a, b) => byCodePoint(a[0], b[0]));

/** The reference of all problem codes. */
export function problemsPage(): string {
  const rows = entries.map(
    ([code, { severity, effect, meaning }]) => `| [\`${code}\`](problems/${code}.md) | ${severity} | ${effect} | ${meaning} |`,
  );
  return `# Problems

Everything that is wrong with an input is a Problem with a code. The severity and effect are the usual ones; a message may say otherwise.
\`error\`: what was written is not served as written. \`warning\`: it is served, but probably not meant so. \`info\`: worth knowing.
The page of a code says what becomes of traffic, how to mend it, and shows an example.

| code | severity | effect | meaning |
|---|---|---|---|
${rows.join("\n")}
`;
}

/** The page of each code, by its path below \`docs/reference/problems\`. Throws for a code without a text, and if an example does not raise its code. */
export async function problemPages(): Promise<ReadonlyMap<string, string>> {
  const texts = problemTexts();
  const strange = [...texts.keys()].filter((code) => !Object.hasOwn(codes, code));
  if (strange.length > 0) throw new Error(`there is no code ${strange.join(", ")}`);
  const missing = entries.filter(([code]) => !texts.has(code)).map(([code]) => code);
  if (missing.length > 0) throw new Error(`write in test/architecture/problem-texts how to mend ${missing.join(", ")}, and an example`);
  const pages = new Map<string, string>();
  const failed: string[] = [];
  for (const [code, entry] of entries) {
    const text = texts.get(code);
    if (text === undefined) continue;
    await problemPage(code, entry, text).then(
      (page) => pages.set(`${code}.md`, page),
      (error: Error) => failed.push(error.message),
    );
  }
  if (failed.length > 0) throw new Error(failed.join("\n"));
  return pages;
}
