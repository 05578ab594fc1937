import { z } from "zod";
import type { Document } from "../../../document/document.ts";
import type { JsonObject } from "../../../model/json.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { readSpec } from "../../schema.ts";
import { type LeftOutSpec, leftOut } from "../left-out.ts";
import { baseOf, conclude, idsOf, loadKeyOf } from "../read.ts";
import type { TlsContextSpec } from "../tls/tls-context.ts";
import { managerOf } from "./connection-manager.ts";
import { defaultsOf } from "./defaults.ts";
import { filtersOf } from "./filters.ts";
import { deadKeys, type ModuleInput, moduleSchema } from "./module-schema.ts";
import type { ModuleSettings } from "./module-settings.ts";
import { probesOf } from "./probes.ts";
import { runtimeFlagFindings, runtimeOf } from "./runtime-flags.ts";
import { checkTlsModule } from "./tls-module.ts";

/** What the Module `ambassador` says. */
export interface ModuleSpec {
  readonly kind: "Module";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly loadKey: string;
  readonly settings: ModuleSettings;
  /** Mappings that its probes become. */
  readonly probes: readonly Checked[];
}

const envelope = z.strictObject({ ambassador_id: z.array(z.string()).nullish(), config: z.record(z.string(), z.json()).optional() });

/** Checks a Module, each key on its own. */
export function checkModule(document: Document): Checked<ModuleSpec | TlsContextSpec | LeftOutSpec> {
  if (document.identity.name === "tls") return checkTlsModule(document);
  const { spec, findings: said } = readSpec(envelope, document.value.spec ?? {}, { pointer: "/spec", unknownField: "warning" });
  const findings = [...said];
  const ids = idsOf(spec?.ambassador_id);
  const { name, namespace } = document.identity;
  if (name !== "ambassador") {
    const found = finding("ambassador/unknown-module", "/metadata/name", `a Module ${name} is not known and has no effect`, {
      fix: "name it ambassador",
    });
    return { ...baseOf(document), findings: [...findings, found], spec: leftOut(ids, []) };
  }
  const input = readModule((spec?.config ?? {}) as JsonObject, findings);
  const settings = settingsOf(input, findings);
  const probes = probesOf(document, ids, input, findings);
  const made = { kind: "Module", ids, namespace, loadKey: loadKeyOf(document), settings, probes } as const;
  return conclude(baseOf(document), ids, findings, [], spec === undefined ? undefined : made);
}

/** Reads `spec.config`. */
function readModule(config: JsonObject, findings: Finding[]): ModuleInput {
  const known = Object.entries(config).filter(([key]) => {
    if (deadKeys.has(key)) findings.push(deadKey(key));
    return !deadKeys.has(key);
  });
  const { spec: input = {}, findings: said } = readSpec(moduleSchema, Object.fromEntries(known), {
    pointer: "/spec/config",
    unknownField: "warning",
  });
  findings.push(...said, ...runtimeFlagFindings(input.runtime_flags));
  if (said.some(({ severity }) => severity === "error")) {
    findings.push(
      finding(
        "ambassador/module-abort",
        "/spec/config",
        "only the keys that are wrong are left out; Emissary drops all that come after them",
      ),
    );
  }
  return input;
}

function settingsOf(input: ModuleInput, findings: Finding[]): ModuleSettings {
  const runtime = runtimeOf(input.runtime_flags);
  return { ...managerOf(input, findings), ...filtersOf(input, findings), ...defaultsOf(input, findings), runtime };
}

function deadKey(key: string): Finding {
  const fix = key === "xff_num_trusted_hops" ? "set l7Depth on the Listener" : "remove it";
  return finding("ambassador/dead-field", `/spec/config/${key}`, `${key} has no effect`, { on: "key", fix });
}

/** The settings where there is no Module. */
export const noModule: ModuleSettings = settingsOf({}, []);
