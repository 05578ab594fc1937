import type { Document } from "../../document/document.ts";
import type { Attachment, Checked, FleetSettings, HostSlot, Language } from "../language.ts";
import { alone } from "./alone.ts";
import { check, type Spec } from "./check.ts";
import type { Mapping } from "./group.ts";
import { planHost } from "./host-plan.ts";
import { overlap } from "./hostname.ts";
import { planListeners } from "./listeners-plan.ts";
import { type MappingSpec, overridesErrors } from "./mapping-spec.ts";
import { refuses } from "./module/choose.ts";
import { nameKey } from "./named.ts";
import { idsWritten, isInput } from "./read.ts";
import { attachResolver } from "./resolver.ts";
import { selects, selectsLoosely } from "./selector.ts";
import { selectorUnions } from "./selector-union.ts";
import { settingsOf } from "./settings.ts";
import { detailOf } from "./slot.ts";
import { unattached } from "./unattached.ts";
import { filled } from "./variables.ts";

/**
 * Without a Host there is one for every hostname, so one that cannot be used must not be taken for none (7.2);
 * and what was to guard something and cannot be used is no reason to serve it unguarded (delivery.md 3).
 */
const defaulted: ReadonlySet<string> = new Set(["Host", "Listener", "AuthService", "RateLimitService", "Module"]);

/** A RateLimitService is closed only if it says so, and whether it does, an unreadable file does not tell. */
function closes({ identity: { kind }, value }: Pick<Document, "identity" | "value">): boolean {
  return kind === "AuthService" || ((kind === "RateLimitService" || kind === "Module") && Object.keys(value).length > 0);
}

const protective: ReadonlySet<string> = new Set(["AuthService", "FilterPolicy", "RateLimitService"]);

/** The language of Ambassador and Emissary, as files (ambassador.md). */
export const ambassador: Language = {
  name: "ambassador",
  groups: new Set(["getambassador.io", "gateway.getambassador.io"]),
  kinds: new Map([
    ["extensions/v1beta1", new Set(["Ingress", "IngressClass"])],
    ["networking.k8s.io/v1beta1", new Set(["Ingress", "IngressClass"])],
    ["networking.k8s.io/v1", new Set(["Ingress", "IngressClass"])],
    ["networking.internal.knative.dev/v1alpha1", new Set(["Ingress"])],
  ]),
  defaulted,
  protects: (document) => protective.has(document.identity.kind) || (document.identity.kind === "Module" && refuses(document)),
  closes,
  check,
  fill: filled,
  files: (fleet: FleetSettings) => Object.values(settingsOf(fleet).files),
  reads: (document: Document, fleet: FleetSettings) => isFor(idsWritten(document), fleet) && isInput(document, fleet),
  attach(checked: Checked, fleet: FleetSettings): readonly Attachment[] {
    const { spec, document } = checked;
    const known = spec as Spec | undefined;
    if (known === undefined) return defaulted.has(document.identity.kind) && this.reads(document, fleet) ? [{ to: "listeners" }] : [];
    if (!isFor(known.ids, fleet)) return [];
    if (known.kind === "Ingress") {
      const parts = known.parts.flatMap((part) => (part.spec === undefined ? [] : this.attach(part, fleet).map((at) => ({ ...at, part }))));
      // One without parts that can be used is read all the same, so that it is told what is wrong.
      return parts.length === 0 ? [{ to: "services", name: nameKey("Ingress", document.identity.name) }] : parts;
    }
    if (known.kind === "IngressClass") return [{ to: "services", name: nameKey("IngressClass", known.name) }];
    if (known.kind === "Resolver") return [attachResolver(document)];
    if (document.identity.kind === "ConsulResolver") return [{ to: "listeners" }, attachResolver(document)];
    // An AuthService beside policies may be the sidecar that reads them, so that listeners are told of policies, too.
    if (known.kind === "Policy") return [{ to: "hosts", glob: "*" }, { to: "listeners" }];
    if (known.kind === "TLSContext") {
      const named = { to: "services", name: nameKey("TLSContext", known.name) } as const;
      return known.hosts.length === 0 ? [named] : [named, { to: "listeners" }];
    }
    if (known.kind === "Module") return [{ to: "listeners" }, ...known.probes.map((part) => ({ to: "hosts", glob: "*", part }) as const)];
    if (known.kind !== "Mapping") return [{ to: "listeners" }];
    const routes = { to: "hosts", glob: known.glob } as const;
    return overridesErrors(checked) ? [routes, { to: "listeners" }] : [routes];
  },
  planListeners,
  overlaps(slot: HostSlot, glob: string | undefined): boolean {
    const { selectors, elsewhere, loose } = detailOf(slot);
    if (selectors.length === 0) return false;
    const canSelect = selectors.some((selector) => selector !== null);
    if (glob === undefined) return canSelect;
    if (loose && canSelect && !elsewhere.includes(glob)) return true;
    // A hostname with a virtual host of its own in the table never gets here (7.5 b).
    return overlap(slot.host, glob) && !elsewhere.includes(glob);
  },
  accepts(slot: HostSlot, { spec, labels }: Checked): boolean {
    if ((spec as Spec).kind === "Policy") return true;
    const { glob, probeOf } = spec as MappingSpec;
    if (probeOf !== undefined) return true;
    const { selectors, loose } = detailOf(slot);
    const fits = glob !== undefined && (!loose || overlap(slot.host, glob));
    return selectors.some((selector) => {
      if (selector === null) return fits;
      return loose ? fits || selectsLoosely(selector, labels) : selects(selector, labels);
    });
  },
  planHost,
  acrossHosts: (documents, slots) => selectorUnions(documents.filter(isWritten) as readonly Mapping[], slots, ambassador),
  unattached,
  own: alone,
};

/** A Mapping that nobody else has made. */
function isWritten({ spec }: Checked): boolean {
  const known = spec as Spec;
  return known.kind === "Mapping" && known.ingressUse === undefined && known.probeOf === undefined;
}

function isFor(ids: readonly string[], fleet: FleetSettings): boolean {
  const wanted = settingsOf(fleet).ids;
  return ids.some((id) => id === "_automatic_" || wanted.includes(id));
}
