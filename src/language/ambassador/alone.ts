import type { Document } from "../../document/document.ts";
import type { Checked, FleetSettings, Own } from "../language.ts";
import { check, type Spec } from "./check.ts";
import { planHost } from "./host-plan.ts";
import type { IngressSpec } from "./ingress/ingress.ts";
import { planListeners } from "./listeners-plan.ts";
import type { MappingSpec } from "./mapping-spec.ts";
import type { ModuleSpec } from "./module/module.ts";
import { slotAlone } from "./slot.ts";
import { placeholderContext } from "./tls/tls-context.ts";

const noServices = { find: () => undefined, all: placeholders, isNamespace: () => false };

/** A Listener for whatever has none. */
const listenerAlone: Document = {
  id: { blob: "", index: 0 },
  path: "",
  source: "",
  version: "v3alpha1",
  identity: { group: "getambassador.io", kind: "Listener", namespace: "default", name: "check" },
  value: {
    apiVersion: "getambassador.io/v3alpha1",
    kind: "Listener",
    metadata: { name: "check" },
    spec: { port: 8080, protocol: "HTTPS", securityModel: "XFP", hostBinding: { namespace: { from: "ALL" } } },
  },
};

const nothing: Own = { routes: [], upstreams: [], listeners: [] };

/** What a document gives by itself: a Mapping its routes in a virtual host of every hostname, every other kind the listener that it shapes. */
export function alone(checked: Checked, fleet: FleetSettings): Own {
  const kind = (checked.spec as Spec | undefined)?.kind;
  if (kind === undefined || kind === "LeftOut" || kind === "Policy" || kind === "Resolver" || kind === "IngressClass") return nothing;
  if (kind === "Ingress") return together((checked.spec as IngressSpec).parts.map((part) => alone(part, fleet)));
  if (kind === "Mapping") {
    const { virtualHost, upstreams } = planHost(slotAlone, [checked], noServices, fleet);
    return { routes: virtualHost.routes, upstreams, listeners: [] };
  }
  const documents = kind === "Listener" ? [checked] : [check(listenerAlone), checked];
  const { listeners, upstreams } = planListeners(documents, noServices, fleet);
  const shaped = { routes: [], upstreams, listeners };
  if (kind !== "Module") return shaped;
  const probes = (checked.spec as ModuleSpec).probes.map((part) => ({
    ...part,
    spec: { ...(part.spec as MappingSpec), probeOf: undefined },
  }));
  return together([shaped, ...probes.map((part) => alone(part, fleet))]);
}

function together(all: readonly Own[]): Own {
  return {
    routes: all.flatMap((own) => own.routes),
    upstreams: all.flatMap((own) => own.upstreams),
    listeners: all.flatMap((own) => own.listeners),
  };
}

/** A document that is looked up by its own is taken to be there. */
function placeholders(key: string): readonly Checked[] {
  const name = /^TLSContext\/(.*)$/.exec(key)?.[1];
  return name === undefined ? [] : [placeholderContext(name)];
}
