import type { Document } from "../../document/document.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";
import type { Attachment, Checked, Language } from "../language.ts";
import { checkFleet } from "./fleet.ts";
import { checkUpstream } from "./upstream.ts";

const version = "v1alpha1";
const laterKinds: ReadonlySet<string> = new Set(["Ownership", "RouteTest", "EnvoyResource"]);

/** Portolan's own kinds: what the languages that it reads cannot say. They shape no virtual host themselves. */
export const portolan: Language = {
  name: "portolan",
  groups: new Set(["portolan.dev"]),
  check(document: Document): Checked {
    const origin = originOf(document);
    const leave = (found: Finding): Checked => ({ document, origin, labels: {}, findings: [found] });
    const { kind, name } = document.identity;
    if (laterKinds.has(kind)) return leave(finding("document/not-served", "/kind", `${kind} is not served yet`));
    if (kind !== "Upstream" && kind !== "Fleet")
      return leave(finding("document/unknown-kind", "/kind", `portolan.dev has no kind ${kind}`));
    if (document.version !== version)
      return leave(
        finding("document/unknown-kind", "/apiVersion", `portolan.dev has no version ${document.version}`, {
          fix: `write portolan.dev/${version}`,
        }),
      );
    if (name === "") return leave(finding("document/missing-field", "/metadata", "metadata.name is required", { on: "key" }));
    return kind === "Upstream" ? checkUpstream(document, origin) : checkFleet(document, origin);
  },
  attach({ document, spec }: Checked): readonly Attachment[] {
    const { kind, namespace, name } = document.identity;
    return spec !== undefined && kind === "Upstream" ? [{ to: "services", name: `${namespace}/${name}` }] : [];
  },
  planListeners: () => ({ listeners: [], slots: [], findings: [] }),
  overlaps: () => false,
  accepts: () => false,
  planHost() {
    throw new Error("portolan.dev has no virtual hosts");
  },
  unattached() {
    throw new Error("nothing of portolan.dev is attached to hosts");
  },
  own: () => ({ routes: [], upstreams: [] }),
};

function originOf({ id, source, path, identity }: Document): Origin {
  const { kind, namespace, name } = identity;
  return Object.freeze({
    source,
    path,
    blob: id.blob,
    index: id.index,
    label: namespace === "" ? `${kind}/${name}` : `${kind}/${namespace}/${name}`,
  });
}
