import { fieldsOf, type KindField } from "../../src/language/kind-fields.ts";
import { type Kind, kinds } from "../../src/language/kinds.ts";

/** A page of the reference that is made from the tables of kinds and fields. */
interface KindsPage {
  /** Below `docs/reference`. */
  readonly path: string;
  readonly apiVersion: string;
  readonly head: string;
}

const pages: readonly KindsPage[] = [
  {
    path: "ambassador.md",
    apiVersion: "getambassador.io/v3alpha1",
    head: `# Ambassador kinds (\`getambassador.io\`)

Every kind and field of the Ambassador language: its type, its default, what it becomes in Envoy (names of Envoy's API in code), and whether it works.
How they work together (order of routes, weights, which Mappings a Host serves, TLS, what goes wrong) stands among the [rules](ambassador-rules.md).
Versions \`v1\` and \`v2\` are read as what they mean in \`v3alpha1\`. Kubernetes kinds have [a page of their own](ambassador-kubernetes.md), and so have [those of Portolan](portolan.md).
\`portolan kinds <kind>\` prints the same, \`portolan kinds --schema <kind>\` a JSON Schema for editors.`,
  },
  {
    path: "portolan.md",
    apiVersion: "portolan.dev/v1alpha1",
    head: `# Own kinds (\`portolan.dev\`), field by field

Every field of Portolan's own kinds; [the page about them](kinds-portolan.md) explains what they are for, with examples.`,
  },
];

/** The generated pages, by their path below \`docs/reference\`. */
export function kindsPages(): ReadonlyMap<string, string> {
  return new Map(pages.map((page) => [page.path, pageText(page)]));
}

function pageText({ apiVersion, head }: KindsPage): string {
  const own = kinds().filter((kind) => kind.apiVersion === apiVersion);
  const others = own.filter(({ served }) => !served).map(({ kind }) => kind);
  return `${head}

*Works*: \`yes\`; \`reported\` for what has no effect and is named as \`ambassador/dead-field\`; \`not yet\` for what is known and reported as \`document/not-served\`.
A field that is not listed is \`document/unknown-field\`.

${own
  .filter(({ served }) => served)
  .map(kindText)
  .join("\n")}
## Not served

${others.join(", ")}: known, and reported as [\`document/not-served\`](problems/document/not-served.md). What a policy among them guards is closed.
`;
}

function kindText(kind: Kind): string {
  return `## ${kind.kind}

| field | type | default | becomes | works |
|---|---|---|---|---|
${fieldsOf(kind).map(row).join("\n")}
`;
}

function row({ name, type, required, default: unset, becomes = "", served, reported }: KindField): string {
  const works = reported ? "reported" : served ? "yes" : "not yet";
  return `| \`${name}\` | ${type.replaceAll("|", "\\|")} | ${required ? "required" : (unset ?? "")} | ${becomes} | ${works} |`;
}
