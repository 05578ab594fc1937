import type { Document } from "../../document/document.ts";
import { type Finding, finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import type { Attachment, Checked, FleetSettings, HostSlot, Language } from "../language.ts";
import { checkHost, type HostSpec } from "./host.ts";
import { planHost } from "./host-plan.ts";
import { overlap } from "./hostname.ts";
import { checkListener, type ListenerSpec } from "./listener.ts";
import { planListeners } from "./listeners-plan.ts";
import { checkMapping, type MappingSpec } from "./mapping.ts";
import { labelsOf, originOf } from "./read.ts";
import { selects } from "./selector.ts";
import { settingsOf } from "./settings.ts";
import { detail, detailOf } from "./slot.ts";

type Spec = MappingSpec | HostSpec | ListenerSpec;

const checks: Readonly<Record<string, (document: Document) => Checked<Spec>>> = {
  Listener: checkListener,
  Host: checkHost,
  Mapping: checkMapping,
};
const laterKinds: ReadonlySet<string> = new Set(
  `AuthService KubernetesEndpointResolver KubernetesServiceResolver LogService Module RateLimitService TCPMapping TLSContext TracingService ConsulResolver
   DevPortal Filter FilterPolicy RateLimit`.split(/\s+/),
);
const skippedKinds: ReadonlySet<string> = new Set(["AmbassadorInstallation", "Project", "ProjectController", "ProjectRevision"]);
const knownVersions: ReadonlySet<string> = new Set(["v0", "v1", "v2", "v3alpha1", "v1alpha1", "v1beta1"]);

/** The language of Ambassador and Emissary: Listener, Host and Mapping as files. */
export const ambassador: Language = {
  name: "ambassador",
  groups: new Set(["getambassador.io"]),
  check,
  attach({ spec, labels: _ }: Checked, fleet: FleetSettings): readonly Attachment[] {
    const known = spec as Spec | undefined;
    if (known === undefined || !isFor(known, fleet)) return [];
    return known.kind === "Mapping" ? [{ to: "hosts", glob: known.glob }] : [{ to: "listeners" }];
  },
  planListeners,
  overlaps(slot: HostSlot, glob: string | undefined): boolean {
    const { selectors } = detailOf(slot);
    return glob === undefined ? selectors.some((selector) => selector !== null) : overlap(slot.host, glob);
  },
  accepts(slot: HostSlot, { spec, labels }: Checked): boolean {
    const { glob } = spec as MappingSpec;
    return detailOf(slot).selectors.some((selector) => (selector === null ? glob !== undefined : selects(selector, labels)));
  },
  planHost,
  unattached,
  own(checked: Checked, fleet: FleetSettings) {
    if ((checked.spec as Spec | undefined)?.kind !== "Mapping") return { routes: [], upstreams: [] };
    const alone = { securityModel: "SECURE", l7Depth: 0, action: "Route", hostName: "", selectors: [null], elsewhere: [] } as const;
    const slot = { table: "check", host: "*", detail: detail(alone), origins: [] };
    const { virtualHost, upstreams } = planHost(slot, [checked], { find: () => undefined }, fleet);
    return { routes: virtualHost.routes, upstreams };
  },
};

function isFor({ ids }: Spec, fleet: FleetSettings): boolean {
  const wanted = settingsOf(fleet).ids;
  return ids.some((id) => id === "_automatic_" || wanted.includes(id));
}

function check(document: Document): Checked {
  const { kind } = document.identity;
  const base = { document, origin: originOf(document), labels: labelsOf(document) };
  const leave = (found?: Finding): Checked => ({ ...base, findings: found === undefined ? [] : [found] });
  if (skippedKinds.has(kind)) return leave();
  const known = checks[kind];
  if (known === undefined && !laterKinds.has(kind))
    return leave(finding("document/unknown-kind", "/kind", `getambassador.io has no kind ${kind}`));
  if (!knownVersions.has(document.version))
    return leave(
      finding("document/unknown-kind", "/apiVersion", `getambassador.io has no version ${document.version}`, {
        fix: "write getambassador.io/v3alpha1",
      }),
    );
  if (known === undefined) return leave(finding("document/not-served", "/kind", `${kind} is not served yet`));
  if (document.version !== "v3alpha1")
    return leave(
      finding("document/not-served", "/apiVersion", `${document.version} is not served yet`, { fix: "write getambassador.io/v3alpha1" }),
    );
  if (document.identity.name === "")
    return leave(finding("document/missing-field", "/metadata", "metadata.name is required", { on: "key" }));
  return known(document);
}

function unattached({ spec, origin }: Checked, slots: readonly HostSlot[]): PlacedFinding {
  const { glob } = spec as MappingSpec;
  const hosts = [...new Set(slots.map((slot) => slot.host))].slice(0, 3).join(", ");
  const why =
    glob === undefined
      ? "it has no hostname, and no Host selects it by its labels"
      : `no Host has a hostname that ${glob} fits, or selects it by its labels`;
  const fix = hosts === "" ? "add a Listener and a Host" : `set hostname; there are Hosts for ${hosts}`;
  return placed(
    origin,
    finding("route/unattached", glob === undefined ? "/spec" : "/spec/hostname", `nothing reaches this Mapping: ${why}`, { fix }),
  );
}
