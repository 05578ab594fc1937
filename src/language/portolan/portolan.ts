import type { Document } from "../../document/document.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";
import type { Attachment, Checked, Language } from "../language.ts";
import { originOf } from "../origin.ts";
import { didYouMean } from "../suggestion.ts";
import { checkFleet } from "./fleet.ts";
import { checkRouteTest } from "./route-test.ts";
import { checkUpstream } from "./upstream.ts";

const version = "v1alpha1";
const checks: Readonly<Record<string, (document: Document, origin: Origin) => Checked>> = {
  Fleet: checkFleet,
  Upstream: checkUpstream,
  RouteTest: checkRouteTest,
};
/** Kinds that are known and not served yet. */
export const laterKinds: ReadonlySet<string> = new Set(["Ownership", "EnvoyResource"]);
const topFields: readonly string[] = ["apiVersion", "kind", "metadata", "spec"];

/** Portolan's own kinds: what the languages that it reads cannot say. They shape no virtual host themselves. */
export const portolan: Language = {
  name: "portolan",
  groups: new Set(["portolan.dev"]),
  kinds: new Map(),
  defaulted: new Set(["Fleet"]),
  protects: () => false,
  closes: () => false,
  check(document: Document): Checked {
    const origin = originOf(document);
    const unusable = aboutKind(document) ?? aboutName(document);
    if (unusable !== undefined) return { document, origin, labels: {}, findings: [unusable] };
    const checked = (checks[document.identity.kind] as typeof checkFleet)(document, origin);
    return { ...checked, findings: [...aboutTopFields(document), ...checked.findings] };
  },
  fill: (document) => document,
  files: () => [],
  reads: () => true,
  attach({ document, spec }: Checked): readonly Attachment[] {
    const { kind, namespace, name } = document.identity;
    if (spec === undefined) return [];
    if (kind === "RouteTest") return [{ to: "tests" }];
    return kind === "Upstream" ? [{ to: "services", name: `${namespace}/${name}` }] : [];
  },
  planListeners: () => ({ listeners: [], slots: [], upstreams: [], endpointSets: [], findings: [] }),
  overlaps: () => false,
  accepts: () => false,
  planHost() {
    throw new Error("portolan.dev has no virtual hosts");
  },
  acrossHosts: () => [],
  unattached() {
    throw new Error("nothing of portolan.dev is attached to hosts");
  },
  own: () => ({ routes: [], upstreams: [], listeners: [] }),
};

function aboutKind({ identity: { kind }, version: written }: Document): Finding | undefined {
  const isServed = Object.hasOwn(checks, kind);
  if (!isServed && !laterKinds.has(kind)) {
    const fix = didYouMean(kind, [...Object.keys(checks), ...laterKinds]);
    return finding("document/unknown-kind", "/kind", `portolan.dev has no kind ${kind}`, fix === undefined ? {} : { fix });
  }
  if (written !== version) {
    return finding("document/unknown-kind", "/apiVersion", `portolan.dev has no version ${JSON.stringify(written)}`, {
      fix: `write portolan.dev/${version}`,
    });
  }
  return isServed ? undefined : finding("document/not-served", "/kind", `${kind} is not served yet`);
}

/** Names are those of Kubernetes objects (DNS subdomains), so that `namespace/name` can be read back. */
function aboutName({ identity: { name } }: Document): Finding | undefined {
  if (name === "") return finding("document/missing-field", "/metadata", "metadata.name is required", { on: "key" });
  const isName = name.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name);
  if (isName) return undefined;
  return finding("document/out-of-range", "/metadata/name", "metadata.name: expected lower-case letters, digits, hyphens and dots", {
    effect: "left-out",
  });
}

function aboutTopFields({ value }: Document): Finding[] {
  return Object.keys(value)
    .filter((key) => !topFields.includes(key))
    .map((key) =>
      finding("document/unknown-field", `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, `unknown field ${key}`, {
        on: "key",
        severity: "error",
        fix: didYouMean(key, topFields) ?? "remove it",
      }),
    );
}
