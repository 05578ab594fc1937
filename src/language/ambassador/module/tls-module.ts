import type { Document } from "../../../document/document.ts";
import type { JsonObject } from "../../../model/json.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { object } from "../../object.ts";
import type { LeftOutSpec } from "../left-out.ts";
import { baseOf } from "../read.ts";
import { checkTlsContext, type TlsContextSpec } from "../tls/tls-context.ts";

/** The old Module `tls`: its `server`, with `client` as the authority of clients, is a TLSContext `server` for every host (ambassador.md 10). */
export function checkTlsModule(document: Document): Checked<TlsContextSpec | LeftOutSpec> {
  const base = baseOf(document);
  const spec = object(document.value.spec) ?? {};
  const server = object(object(spec.config)?.server) ?? {};
  const client = object(object(spec.config)?.client);
  const { enabled: _, secret = "ambassador-certs", ...fields } = server;
  const authority = client && { ca_secret: client.secret ?? "ambassador-cacert", cert_required: client.cert_required };
  const context: JsonObject = { ambassador_id: spec.ambassador_id, hosts: ["*"], secret, ...fields, ...authority };
  const made = checkTlsContext({
    ...document,
    identity: { ...document.identity, kind: "TLSContext", name: "server" },
    value: { ...document.value, spec: Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined)) },
  });
  const old = finding("document/deprecated-field", "/metadata/name", "the Module tls is deprecated", { fix: "write a TLSContext server" });
  return { ...made, ...base, findings: [old, ...made.findings.map(written)] };
}

/** A finding about the TLSContext at its place in the Module. */
function written(found: Finding): Finding {
  const [, , field = "", ...rest] = found.pointer.split("/");
  const place =
    field === "ca_secret"
      ? ["client", "secret"]
      : field === "cert_required"
        ? ["client", field]
        : field === "ambassador_id"
          ? undefined
          : ["server", field, ...rest];
  return place === undefined ? found : { ...found, pointer: `/spec/config/${place.join("/")}` };
}
