import { codes } from "../../src/problem/codes.ts";
import { byCodePoint } from "../../src/problem/order.ts";

/** The reference of all problem codes. */
export function problemsPage(): string {
  const rows = Object.entries(codes)
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .map(([code, { severity, effect, meaning }]) => `| \`${code}\` | ${severity} | ${effect} | ${meaning} |`);
  return `# Problems

Everything that is wrong with an input is a Problem with a code. The severity and effect are the usual ones; a message may say otherwise.
\`error\`: what was written is not served as written. \`warning\`: it is served, but probably not meant so. \`info\`: worth knowing.

| code | severity | effect | meaning |
|---|---|---|---|
${rows.join("\n")}
`;
}
