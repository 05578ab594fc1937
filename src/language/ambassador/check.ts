import type { Document } from "../../document/document.ts";
import { type Finding, type FindingOptions, finding } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { didYouMean } from "../suggestion.ts";
import { type AuthSpec, checkAuthService } from "./around/auth-service.ts";
import { checkLogService, type LogSpec } from "./around/log-service.ts";
import { checkRateLimitService, type RateLimitSpec } from "./around/rate-limit-service.ts";
import { checkTracingService, type TracingSpec } from "./around/tracing-service.ts";
import { convert, oldVersions } from "./convert/convert.ts";
import { envelopeFindings } from "./envelope.ts";
import { checkPolicy, type PolicySpec, policyKinds } from "./guard/policy.ts";
import { checkHost, type HostSpec } from "./host.ts";
import { checkIngress, checkIngressClass, type IngressClassSpec, type IngressSpec } from "./ingress/ingress.ts";
import { type LeftOutSpec, leftOut } from "./left-out.ts";
import { checkListener, type ListenerSpec } from "./listener.ts";
import { checkMapping } from "./mapping.ts";
import type { MappingSpec } from "./mapping-spec.ts";
import { checkModule, type ModuleSpec } from "./module/module.ts";
import { baseOf, looseIdsOf } from "./read.ts";
import { checkResolver, type ResolverSpec } from "./resolver.ts";
import { checkTcpMapping, type TcpMappingSpec } from "./tcp/tcp-mapping.ts";
import { checkTlsContext, type TlsContextSpec } from "./tls/tls-context.ts";

/** What a document of this language says, told apart by `kind`. */
export type Spec =
  | MappingSpec
  | HostSpec
  | ListenerSpec
  | ModuleSpec
  | AuthSpec
  | RateLimitSpec
  | LogSpec
  | TracingSpec
  | TlsContextSpec
  | TcpMappingSpec
  | PolicySpec
  | ResolverSpec
  | IngressSpec
  | IngressClassSpec
  | LeftOutSpec;

const checks = {
  Listener: checkListener,
  Host: checkHost,
  Mapping: checkMapping,
  Module: checkModule,
  KubernetesServiceResolver: checkResolver,
  KubernetesEndpointResolver: checkResolver,
  AuthService: checkAuthService,
  RateLimitService: checkRateLimitService,
  LogService: checkLogService,
  TracingService: checkTracingService,
  TLSContext: checkTlsContext,
  TCPMapping: checkTcpMapping,
} as const;
const ingressChecks = { Ingress: checkIngress, IngressClass: checkIngressClass } as const;
/** Kinds that are checked. */
export type ServedKind = keyof typeof checks;
/** Kinds that are known and not served yet. */
export const laterKinds: ReadonlySet<string> = new Set(`ConsulResolver DevPortal Filter RateLimit WebApplicationFirewall`.split(/\s+/));
const previewGroup = "gateway.getambassador.io";
const previewKinds: ReadonlySet<string> = new Set(["Filter", "FilterPolicy", "WebApplicationFirewall", "WebApplicationFirewallPolicy"]);
const skippedKinds: ReadonlySet<string> = new Set(["AmbassadorInstallation", "Project", "ProjectController", "ProjectRevision"]);

/** Checks one document of the group `getambassador.io`; one of an old version as what it is in the newest. */
export function check(document: Document): Checked<Spec> {
  if (document.identity.kind === "Ingress" && document.identity.group.endsWith(".knative.dev")) {
    const found = finding("document/not-served", "/kind", "an Ingress of Knative has no part in what is served", {
      severity: "info",
      effect: "none",
    });
    return { ...baseOf(document), findings: [], spec: leftOut(["_automatic_"], [found]) };
  }
  if (!document.identity.group.endsWith("getambassador.io"))
    return ingressChecks[document.identity.kind as keyof typeof ingressChecks](document);
  if (!oldVersions.has(document.version)) return checkNewest(document);
  if (document.version === "v1" && document.identity.kind === "Host")
    return refused(document, "/apiVersion", "Host has no version v1", "write getambassador.io/v3alpha1");
  const { document: converted, restore } = convert(document);
  const checked = checkNewest(converted);
  const findings = checked.findings.map(restore);
  const { spec } = checked;
  if (spec?.kind === "LeftOut") return { ...checked, findings, spec: leftOut(spec.ids, spec.findings.map(restore)) };
  return { ...checked, findings };
}

function checkNewest(document: Document): Checked<Spec> {
  const { group, kind } = document.identity;
  if (group === previewGroup && !previewKinds.has(kind)) return refused(document, "/kind", `the group ${group} has no kind ${kind}`);
  if (policyKinds.has(kind)) return checkPolicy(document);
  if (skippedKinds.has(kind)) return { ...baseOf(document), findings: [], spec: leftOut([], []) };
  if (!Object.hasOwn(checks, kind)) return checkOtherKind(document);
  if (document.version !== "v3alpha1") {
    return refused(document, "/apiVersion", `${kind} has no version ${document.version}`, "write getambassador.io/v3alpha1");
  }
  const checked = checks[kind as keyof typeof checks](document);
  const around = envelopeFindings(document);
  if (around.length === 0) return checked;
  const { spec, ...rest } = checked;
  const keeps = spec !== undefined && !around.some((found) => found.effect === "left-out");
  return { ...rest, findings: [...around, ...checked.findings], ...(keeps ? { spec } : {}) };
}

function checkOtherKind(document: Document): Checked<Spec> {
  const { kind } = document.identity;
  if (kind === "DevPortal")
    return notServed(document, "/kind", "DevPortal has no part in what is served", { severity: "info", effect: "none" });
  if (laterKinds.has(kind)) return notServed(document, "/kind", `${kind} is not served yet`);
  return refused(
    document,
    "/kind",
    `the group getambassador.io has no kind ${kind}`,
    didYouMean(kind, [...Object.keys(checks), ...laterKinds]),
  );
}

/** Left out by the plan of the fleets that would use it; silent for all others. */
function notServed(document: Document, pointer: string, message: string, options: FindingOptions = {}): Checked<Spec> {
  const found = finding("document/not-served", pointer, message, options);
  return { ...baseOf(document), findings: [], spec: leftOut(looseIdsOf(document), [found]) };
}

function refused(document: Document, pointer: string, message: string, fix?: string): Checked<Spec> {
  const found: Finding = finding("document/unknown-kind", pointer, message, fix === undefined ? {} : { fix });
  return { ...baseOf(document), findings: [found] };
}
