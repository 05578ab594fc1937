import { stringify } from "yaml";
import { buildFiles } from "../../src/build/offline.ts";
import { problemText } from "../../src/cli/problem-text.ts";
import type { CodeEntry } from "../../src/problem/codes.ts";
import type { Effect } from "../../src/problem/problem.ts";
import { documents } from "../support/ambassador.ts";
import type { ProblemText } from "./problem-text.ts";

const effects: Readonly<Record<Effect, string>> = {
  none: "it is served as the documents say",
  "field-ignored": "the field has no effect, and the rest of the document is served",
  substituted: "something safe is served in its place",
  "fails-in-place": "what it is about answers an error in its place, so that its requests reach nothing else",
  "slice-dropped": "this part is not served, the rest is",
  "left-out": "the document, or the file, is not part of what is served",
  "held-back": "what was served before stays",
};

const around = {
  Listener: `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
`,
  Host: `apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: any}
spec: {hostname: "*", requestPolicy: {insecure: {action: Route}}}
`,
};

/** The page of one code. Throws if its example does not raise it. */
export async function problemPage(code: string, { severity, effect, meaning }: CodeEntry, text: ProblemText): Promise<string> {
  const { traffic, mend } = text;
  return `# \`${code}\`

${severity}, \`${effect}\`: ${effects[effect]}.

${meaning}${traffic === undefined ? "" : ` ${traffic}`}

**How to mend it.** ${mend}

## Example

${await exampleText(code, text)}
[All problems](../../problems.md)
`;
}

async function exampleText(code: string, { example, file, printed, alone = false }: ProblemText): Promise<string> {
  if (printed !== undefined) return fenced("text", printed);
  const written =
    file ??
    documents(example ?? "")
      .map(({ value }) => documentText(value))
      .join("---\n");
  const others = Object.entries(around).filter(([kind]) => !alone && !new RegExp(`^kind: ${kind}$`, "m").test(written));
  const { problems } = await buildFiles(
    new Map([["routes.yaml", written], ...others.map(([kind, one]) => [`${kind}.yaml`, one] as const)]),
  );
  const found = problems.find((one) => one.code === code);
  if (found === undefined) throw new Error(`the example of ${code} raises ${problems.map((one) => one.code).join(", ") || "nothing"}`);
  const shown = found.at.path === "routes.yaml" ? written : undefined;
  return `${fenced("yaml", written)}\n${fenced(
    "text",
    problemText(found, shown, (_format, text) => text),
  )}`;
}

/** A document as somebody would write it: without what is said by default, short objects on one line. */
function documentText({ apiVersion, kind, metadata, spec, ...rest }: Record<string, unknown>): string {
  const { name, namespace, labels } = metadata as { name: string; namespace: string; labels: object };
  const kept = { name, ...(namespace === "default" ? {} : { namespace }), ...(Object.keys(labels).length === 0 ? {} : { labels }) };
  return stringify({ apiVersion, kind, metadata: kept, ...(spec === undefined ? {} : { spec }), ...rest }, { lineWidth: 120 });
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}
