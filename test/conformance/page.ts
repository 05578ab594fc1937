import { type Rule, rules } from "../protocol/rules.ts";
import { type Proof, proofs, type RanTest } from "./proof.ts";

/** Where the page lies, below the root. */
export const pagePath = "docs/reference/conformance.md";

/** The reference of all rules of the protocol, each with the tests that hold it. */
export function conformancePage(tests: readonly RanTest[]): string {
  const known = proofs(tests);
  const proofsOf = (rule: Rule) => known.get(rule.id) ?? [];
  const covered = rules.filter((rule) => proofsOf(rule).length > 0);
  const open = rules.filter((rule) => proofsOf(rule).length === 0);
  return `# Conformance

Every rule of the xDS protocol that Portolan keeps, and every scenario it is put through, with the tests that hold it; made from the names of the tests by \`npm run generate\`.
A test bears the ID of what it shows. The variants are \`S\` (state of the world, a stream for each type), \`SA\` (state of the world, aggregated), \`D\` (delta, a stream for each type) and \`DA\` (delta, aggregated).
The tests under \`test/protocol/scenarios\` speak raw HTTP/2 to a server: every request is written by hand, all that comes is compared, and silence is proved by a fence, never by sleeping.

${covered.length} of ${rules.length} are covered.

| rule | what it says | tests |
|---|---|---|
${covered.map((rule) => row(rule, proofsOf(rule))).join("\n")}

## Not covered

| rule | step | what it says |
|---|---|---|
${open.map(({ id, slice, says }) => `| ${id} | ${slice} | ${says} |`).join("\n")}
`;
}

function row(rule: Rule, found: readonly Proof[]): string {
  const byFile = Map.groupBy(found, ({ file }) => file);
  const cells = [...byFile].map(([file, ofFile]) => {
    const variants = rule.variants.filter((one) => ofFile.some((proof) => proof.variants.includes(one)));
    const whats = ofFile.map(({ what }) => what).filter((what) => what !== "");
    const shown = whats.length === 0 ? "" : `: ${whats.map(asCell).join("; ")}`;
    return `[${title(file)}](../../${file})${variants.length === 0 ? "" : ` ${variants.join(" ")}`}${shown}`;
  });
  return `| ${rule.id} | ${rule.says} | ${cells.join("<br>")} |`;
}

function title(file: string): string {
  return file.replace(/^(src|test)\//, "").replace(/\.test\.ts$/, "");
}

function asCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
}
