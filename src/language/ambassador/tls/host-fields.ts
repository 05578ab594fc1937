import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import { object } from "../../object.ts";
import type { HostInput, HostSpec } from "../host.ts";
import { sniOf } from "./sni.ts";
import { tlsSettings } from "./tls-settings.ts";

/** Reads what a Host says of TLS (ambassador.md 7.2, 9.3). */
export function hostTlsOf(
  input: HostInput,
  hostname: string,
  namespace: string,
  findings: Finding[],
): Pick<HostSpec, "tlsSecret" | "tlsContext" | "tls"> {
  const { name } = input.tlsSecret ?? {};
  const tlsSecret = name === undefined || name === "" ? undefined : { namespace: input.tlsSecret?.namespace || namespace, name };
  const context = input.tlsContext?.name;
  const tlsContext = context === "" ? undefined : context;
  aboutAcme(input, tlsSecret !== undefined, findings);
  if (tlsContext !== undefined && input.tls !== undefined) {
    findings.push(finding("ambassador/host-tls-conflict", "/spec/tls", "tls and tlsContext exclude one another", { on: "key" }));
  }
  if (tlsSecret === undefined) {
    const field = tlsContext !== undefined ? "tlsContext" : "tls";
    if (tlsContext !== undefined || input.tls !== undefined) {
      findings.push(
        finding("ambassador/tls-without-secret", `/spec/${field}`, `${field} has no effect without tlsSecret`, {
          on: "key",
          fix: "set tlsSecret",
        }),
      );
    }
  } else if (sniOf(hostname) === undefined && !hostname.slice(1, -1).includes("*")) {
    const message = `${hostname}: TLS can be terminated for a name, * and *.rest only; this Host is served in cleartext`;
    findings.push(finding("ambassador/bad-hostname-glob", "/spec/hostname", message, { effect: "slice-dropped" }));
  }
  if (tlsSecret !== undefined && input.tls !== undefined && (input.tls.cert_chain_file ?? input.tls.private_key_file) !== undefined) {
    findings.push(
      finding("ambassador/secret-and-file", "/spec/tls", "tlsSecret and files exclude one another", { fix: "remove the files" }),
    );
  }
  return { tlsSecret, tlsContext, tls: input.tls === undefined ? undefined : tlsSettings(input.tls, "/spec/tls", findings) };
}

function aboutAcme({ acmeProvider }: HostInput, hasSecret: boolean, findings: Finding[]): void {
  if (acmeProvider === undefined || acmeProvider.authority?.toLowerCase() === "none" || hasSecret) return;
  findings.push(
    finding("ambassador/acme-unmanaged", "/spec/acmeProvider", "certificates are not obtained; this Host is served in cleartext", {
      fix: "set tlsSecret and provide the secret, or set `authority: none`",
    }),
  );
}

/** The spec of a Host with the fields of `tls` in the spelling of a TLSContext; `restore` gives findings back the spelling of the document. */
export function snakeCaseTls(spec: JsonValue): { readonly value: JsonValue; readonly restore: (found: Finding) => Finding } {
  const tls = object(object(spec)?.tls);
  if (tls === undefined) return { value: spec, restore: (found) => found };
  const written = new Map(Object.keys(tls).map((key) => [snakeCase(key), key]));
  const value = { ...(spec as JsonObject), tls: Object.fromEntries(Object.entries(tls).map(([key, one]) => [snakeCase(key), one])) };
  const restore = (found: Finding): Finding => {
    const [, start = "", field = "", rest = ""] = /^(\/spec\/tls\/)([^/]+)(.*)$/.exec(found.pointer) ?? [];
    return start === "" ? found : { ...found, pointer: `${start}${written.get(field) ?? field}${rest}` };
  };
  return { value: value as JsonObject, restore };
}

function snakeCase(key: string): string {
  return key
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
