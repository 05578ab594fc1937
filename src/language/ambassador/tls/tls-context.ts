import { z } from "zod";
import type { Document } from "../../../document/document.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { leaveOutBelow } from "../../mistakes.ts";
import { readSpec } from "../../schema.ts";
import type { LeftOutSpec } from "../left-out.ts";
import { baseOf, conclude, idsOf, loadKeyOf } from "../read.ts";
import { type TlsSettings, tlsFields, tlsSettings } from "./tls-settings.ts";

/** What one TLSContext says. */
export interface TlsContextSpec {
  readonly kind: "TLSContext";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly name: string;
  readonly loadKey: string;
  /** Hosts that a TCPMapping may terminate TLS for by it. */
  readonly hosts: readonly string[];
  /** As written. */
  readonly secret: string | undefined;
  /** `undefined`: as the Module says. */
  readonly secretNamespacing: boolean | undefined;
  readonly settings: TlsSettings;
}

/** A TLSContext that can be used. */
export type TlsContext = Checked<TlsContextSpec> & { readonly spec: TlsContextSpec };

/** A context of this name, where nothing is known of it but that some document refers to it. */
export function placeholderContext(name: string): TlsContext {
  const id = { blob: "", index: 0 };
  const identity = { group: "getambassador.io", kind: "TLSContext", namespace: "default", name };
  const document: Document = { id, path: "", source: "", version: "v3alpha1", identity, value: { spec: {} } };
  const { spec, ...checked } = checkTlsContext(document);
  return { ...checked, spec: spec as TlsContextSpec };
}

/** `spec` of a TLSContext, as written. */
export const tlsContextSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  hosts: z.array(z.string()).nullish(),
  secret: z.string().optional(),
  secret_namespacing: z.boolean().optional(),
  ...tlsFields,
});

/** With only a part of these a context would be one for other installations, or ask for less than was meant. */
const decisive = "ambassador_id ca_secret cacert_chain_file crl_secret cert_required".split(" ").map((field) => `/spec/${field}`);

/** Checks a TLSContext (ambassador.md 9.1). */
export function checkTlsContext(document: Document): Checked<TlsContextSpec | LeftOutSpec> {
  const { spec: input, findings: said } = readSpec(tlsContextSchema, document.value.spec ?? {}, {
    pointer: "/spec",
    unknownField: "warning",
  });
  const findings: Finding[] = leaveOutBelow(said, decisive);
  const spec = input === undefined ? undefined : specOf(document, input, findings);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings, [], spec);
}

function specOf(document: Document, input: z.infer<typeof tlsContextSchema>, findings: Finding[]): TlsContextSpec {
  const { namespace, name } = document.identity;
  const settings = tlsSettings(input, "/spec", findings);
  if (input.secret !== undefined && (input.cert_chain_file !== undefined || input.private_key_file !== undefined)) {
    findings.push(
      finding("ambassador/secret-and-file", "/spec/secret", "secret and files exclude one another", { fix: "remove one of them" }),
    );
  }
  return {
    kind: "TLSContext",
    ids: idsOf(input.ambassador_id),
    namespace,
    name,
    loadKey: loadKeyOf(document),
    hosts: (input.hosts ?? []).map((host) => host.toLowerCase()),
    secret: input.secret === "" ? undefined : input.secret,
    secretNamespacing: input.secret_namespacing,
    settings,
  };
}
