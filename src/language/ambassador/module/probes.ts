import type { Document } from "../../../document/document.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { Finding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { checkMapping } from "../mapping.ts";
import type { MappingSpec } from "../mapping-spec.ts";
import { baseOf } from "../read.ts";
import type { ModuleInput } from "./module-schema.ts";

/** The prefixes of Emissary's probes (ambassador.md 16). */
export const probePrefixes = {
  readiness_probe: "/ambassador/v0/check_ready",
  liveness_probe: "/ambassador/v0/check_alive",
} as const;

/** The Mappings that probes with a service become: on every Host, whatever its selector (16). A probe without one is Emissary's own, which there is none of here. */
export function probesOf(module: Document, ids: readonly string[], input: ModuleInput, findings: Finding[]): readonly Checked[] {
  return (["readiness_probe", "liveness_probe"] as const).flatMap((key) => {
    const { enabled = true, service, prefix = probePrefixes[key], rewrite = prefix } = input[key] ?? {};
    if (service === undefined || !enabled) return [];
    const fields = { ambassador_id: [...ids], hostname: "*", prefix, rewrite, service, timeout_ms: 10_000 };
    const made = probeOf(module, key, fields);
    findings.push(...made.findings.map((found) => ({ ...found, pointer: `/spec/config/${key}`, effect: atMost(found.effect) })));
    return made.spec === undefined ? [] : [made];
  });
}

/** What is wrong with a probe leaves no more out than the probe. */
function atMost(effect: Finding["effect"]): Finding["effect"] {
  return effect === "left-out" ? "slice-dropped" : effect;
}

function probeOf(module: Document, key: string, fields: JsonObject): Checked {
  const { namespace } = module.identity;
  const document: Document = {
    ...module,
    identity: { group: "getambassador.io", kind: "Mapping", namespace, name: key },
    value: { apiVersion: "getambassador.io/v3alpha1", kind: "Mapping", metadata: { name: key, namespace }, spec: fields },
  };
  const { spec, ...rest } = checkMapping(document);
  const origin = Object.freeze({ ...baseOf(module).origin, part: `/spec/config/${key}` });
  return { ...rest, origin, ...(spec === undefined ? {} : { spec: { ...(spec as MappingSpec), probeOf: namespace } }) };
}
