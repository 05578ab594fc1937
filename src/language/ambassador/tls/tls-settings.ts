import { z } from "zod";
import type { TlsPlan, TlsVersion } from "../../../model/tls.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import { withoutBadCurves, withoutBadSuites } from "./algorithms.ts";

/** The fields of 9.1 that a TLSContext and the `tls` of a Host have in common. */
export const tlsFields = {
  cert_chain_file: z.string().optional(),
  private_key_file: z.string().optional(),
  ca_secret: z.string().optional(),
  cacert_chain_file: z.string().optional(),
  crl_secret: z.string().optional(),
  cert_required: z.boolean().optional(),
  alpn_protocols: z.string().optional(),
  min_tls_version: z.string().optional(),
  max_tls_version: z.string().optional(),
  cipher_suites: z.array(z.string()).optional(),
  ecdh_curves: z.array(z.string()).optional(),
  sni: z.string().optional(),
  redirect_cleartext_from: z.unknown().optional(),
} as const;

const fieldsSchema = z.strictObject(tlsFields);
type TlsInput = z.infer<typeof fieldsSchema>;

/** What a context says, as far as it can be told from its document; names of secrets are as written, because the Module says how they are read. */
export interface TlsSettings {
  readonly files: { readonly certificate: string; readonly key: string } | undefined;
  readonly caSecret: string | undefined;
  readonly caFile: string | undefined;
  readonly crlSecret: string | undefined;
  readonly certRequired: boolean | undefined;
  readonly alpn: readonly string[];
  readonly sni: string | undefined;
  readonly parameters: TlsPlan["parameters"];
  /** Something is wrong with it so that nothing may be secured by it. */
  readonly unusable: boolean;
}

const versions: Readonly<Record<string, TlsVersion>> = { "v1.0": "TLSv1_0", "v1.1": "TLSv1_1", "v1.2": "TLSv1_2", "v1.3": "TLSv1_3" };
const longestSni = 255;

/** Reads the fields of 9.1 below a pointer. */
export function tlsSettings(input: TlsInput, at: string, findings: Finding[]): TlsSettings {
  if (input.redirect_cleartext_from !== undefined) {
    findings.push(
      finding("ambassador/dead-field", `${at}/redirect_cleartext_from`, "redirect_cleartext_from has no effect", { on: "key" }),
    );
  }
  const hasAuthorities = input.ca_secret !== undefined || input.cacert_chain_file !== undefined;
  if (input.crl_secret !== undefined && !hasAuthorities) {
    findings.push(finding("ambassador/crl-without-ca", `${at}/crl_secret`, "crl_secret has no effect without ca_secret", { on: "key" }));
  }
  const [files, badFiles] = filesOf(input, at, findings);
  const [parameters, badParameters] = parametersOf(input, at, findings);
  const isLong = input.sni !== undefined && Buffer.byteLength(input.sni) > longestSni;
  if (isLong) findings.push(finding("document/out-of-range", `${at}/sni`, `sni: at most ${longestSni} bytes`, { effect: "slice-dropped" }));
  const noAuthorities = input.cert_required === true && !hasAuthorities;
  if (noAuthorities) {
    const message = "clients cannot be asked for a certificate without authorities to check it against";
    findings.push(finding("ambassador/mtls-without-ca", `${at}/cert_required`, message, { fix: "set ca_secret" }));
  }
  return {
    files,
    caSecret: input.ca_secret,
    caFile: input.cacert_chain_file,
    crlSecret: hasAuthorities ? input.crl_secret : undefined,
    certRequired: input.cert_required,
    alpn: (input.alpn_protocols ?? "").split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()])),
    sni: input.sni === "" ? undefined : input.sni,
    parameters,
    unusable: badFiles || badParameters || isLong || noAuthorities,
  };
}

function filesOf({ cert_chain_file, private_key_file }: TlsInput, at: string, findings: Finding[]): [TlsSettings["files"], boolean] {
  if (cert_chain_file === undefined && private_key_file === undefined) return [undefined, false];
  if (cert_chain_file !== undefined && private_key_file !== undefined) {
    return [{ certificate: cert_chain_file, key: private_key_file }, false];
  }
  const missing = cert_chain_file === undefined ? "cert_chain_file" : "private_key_file";
  findings.push(
    finding("document/missing-field", at, `cert_chain_file and private_key_file belong together; ${missing} is missing`, {
      on: "key",
      effect: "slice-dropped",
    }),
  );
  return [undefined, true];
}

function parametersOf(input: TlsInput, at: string, findings: Finding[]): [TlsPlan["parameters"], boolean] {
  const [min, badMin] = versionOf(input.min_tls_version, `${at}/min_tls_version`, findings);
  const [max, badMax] = versionOf(input.max_tls_version, `${at}/max_tls_version`, findings);
  const isCrossed = min !== undefined && max !== undefined && min > max;
  if (isCrossed) {
    const message = `min_tls_version: ${input.min_tls_version} is above max_tls_version`;
    findings.push(finding("document/out-of-range", `${at}/min_tls_version`, message, { effect: "slice-dropped" }));
  }
  const suites = withoutBadSuites(input.cipher_suites, `${at}/cipher_suites`, findings);
  const curves = withoutBadCurves(input.ecdh_curves, `${at}/ecdh_curves`, findings);
  const parameters = {
    ...(min === undefined ? {} : { tls_minimum_protocol_version: min }),
    ...(max === undefined ? {} : { tls_maximum_protocol_version: max }),
    ...(suites.names.length === 0 ? {} : { cipher_suites: suites.names }),
    ...(curves.names.length === 0 ? {} : { ecdh_curves: curves.names }),
  };
  return [parameters, badMin || badMax || isCrossed || suites.none || curves.none];
}

function versionOf(text: string | undefined, pointer: string, findings: Finding[]): [TlsVersion | undefined, boolean] {
  if (text === undefined) return [undefined, false];
  const version = Object.hasOwn(versions, text) ? versions[text] : undefined;
  if (version !== undefined) return [version, false];
  const known = Object.keys(versions).join(", ");
  findings.push(finding("document/bad-enum", pointer, `${JSON.stringify(text)} is none of ${known}`, { effect: "slice-dropped" }));
  return [undefined, true];
}
