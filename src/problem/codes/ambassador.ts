import type { CodeEntry } from "../codes.ts";

/** Findings that only the Ambassador language makes. */
export const ambassadorCodes = {
  "ambassador/annotation-yaml": {
    severity: "error",
    effect: "left-out",
    meaning: "The annotation getambassador.io/config of a Service or an Ingress is not YAML that can be read.",
  },
  "ambassador/filter-not-served": {
    severity: "error",
    effect: "fails-in-place",
    meaning: "The filters of a policy are not run, so the routes that it guards answer an error instead of being served unguarded.",
  },
  "ambassador/cert-required-in-secret": {
    severity: "error",
    effect: "fails-in-place",
    meaning:
      "The key cert_required of a CA secret is true, and the context that checks clients with it does not say whether they must have a certificate. Documents decide that: until one does, the CA is not sent and handshakes fail.",
  },
  "ambassador/unresolved-variable": {
    severity: "warning",
    effect: "none",
    meaning:
      "A text holds a variable that Emissary would replace from its environment and the fleet does not set; it stays as it is written.",
  },
  "ambassador/template-syntax": {
    severity: "error",
    effect: "left-out",
    meaning: "The document holds template syntax that nobody has rendered.",
  },
  "ambassador/bad-prefix": {
    severity: "error",
    effect: "left-out",
    meaning: "The prefix of a Mapping is empty or does not begin with a slash.",
  },
  "ambassador/bad-hostname-glob": { severity: "error", effect: "left-out", meaning: "A wildcard stands where Envoy cannot match it." },
  "ambassador/host-and-hostname": { severity: "warning", effect: "field-ignored", meaning: "`host` is ignored because `hostname` is set." },
  "ambassador/regex-too-large": {
    severity: "error",
    effect: "left-out",
    meaning: "The compiled expression is larger than the language allows.",
  },
  "ambassador/regex-default-rewrite": {
    severity: "warning",
    effect: "none",
    meaning: "A regular expression without `rewrite` replaces the whole path by a slash.",
  },
  "ambassador/rewrite-conflict": { severity: "info", effect: "none", meaning: "`rewrite` is not used because `regex_rewrite` is set." },
  "ambassador/host-rewrite-conflict": {
    severity: "warning",
    effect: "field-ignored",
    meaning: "`auto_host_rewrite` is ignored because `host_rewrite` is set.",
  },
  "ambassador/bad-load-balancer": {
    severity: "error",
    effect: "substituted",
    meaning: "A load balancer that hashes needs exactly one thing to hash; round robin is used.",
  },
  "ambassador/resolver-lb": {
    severity: "warning",
    effect: "none",
    meaning: "A load balancer is set where endpoints come from DNS; Emissary would delete the route.",
  },
  "ambassador/unmapped-file": {
    severity: "error",
    effect: "slice-dropped",
    meaning:
      "An error response names a file that no text of the repository stands for by `ambassador.files` of the Fleet; the rule is dropped.",
  },
  "ambassador/override-drops-cors": {
    severity: "info",
    effect: "none",
    meaning: "A replaced error response loses the headers of CORS.",
  },
  "ambassador/bad-label": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "A specifier of rate limit labels cannot be made, or a group has none; the group is dropped.",
  },
  "ambassador/cluster-name-label": {
    severity: "warning",
    effect: "none",
    meaning: "The label `destination_cluster` is the name of a cluster, which differs from Emissary's.",
  },
  "ambassador/bad-circuit-breaker": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "An entry of `circuit_breakers` cannot be used and is dropped; Emissary would delete the route.",
  },
  "ambassador/health-check-ignored": {
    severity: "warning",
    effect: "field-ignored",
    meaning: "Only endpoints that the endpoint resolver finds are checked.",
  },
  "ambassador/health-check-multiple": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "Envoys before 1.40 refuse a cluster with several health checks; only the first is made.",
  },
  "ambassador/health-check-grpc": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "Envoy refuses a gRPC health check of a cluster without HTTP/2; the check is dropped.",
  },
  "ambassador/bad-format": {
    severity: "error",
    effect: "field-ignored",
    meaning: "Envoy would refuse this format string; the header is dropped.",
  },
  "ambassador/header-not-modifiable": {
    severity: "error",
    effect: "field-ignored",
    meaning: "Envoy lets nobody set or remove this header; it is dropped.",
  },
  "ambassador/retry-on-list": {
    severity: "info",
    effect: "none",
    meaning: "Emissary would delete the route for a list of conditions; it is served.",
  },
  "ambassador/redirect-scheme": {
    severity: "info",
    effect: "none",
    meaning: "The scheme of a redirect's service is honoured; Emissary makes a malformed Location of it.",
  },
  "ambassador/redirect-conflict": {
    severity: "warning",
    effect: "field-ignored",
    meaning: "Of several ways to redirect the path one counts.",
  },
  "ambassador/redirect-mix": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "A redirect shares its match with other Mappings; the first in load order decides.",
  },
  "ambassador/dead-field": { severity: "warning", effect: "field-ignored", meaning: "The field has no effect here." },
  "ambassador/service-extra": { severity: "warning", effect: "none", meaning: "Path, query or fragment of a service are ignored." },
  "ambassador/bad-service": {
    severity: "error",
    effect: "fails-in-place",
    meaning: "The service names no host or no valid port; the route answers 503.",
  },
  "ambassador/bad-scheme": {
    severity: "error",
    effect: "substituted",
    meaning: "The scheme of the service is unknown and treated as none.",
  },
  "ambassador/unknown-resolver": {
    severity: "error",
    effect: "fails-in-place",
    meaning: "There is no resolver of this name; the route answers 503.",
  },
  "ambassador/unknown-port": {
    severity: "error",
    effect: "fails-in-place",
    meaning: "The port that an Ingress names is not found in a committed Service; the route answers 503.",
  },
  "ambassador/cluster-split": {
    severity: "info",
    effect: "none",
    meaning: "Emissary would use one cluster where different settings need several.",
  },
  "ambassador/exact-prefix-clash": {
    severity: "info",
    effect: "none",
    meaning: "An exact and a prefix Mapping of one path are both served; Emissary drops one.",
  },
  "ambassador/canary-field-conflict": {
    severity: "warning",
    effect: "none",
    meaning: "Members of a canary set different values; each is served with its own.",
  },
  "ambassador/canary-mismatch": {
    severity: "warning",
    effect: "none",
    meaning: "Emissary would drop this canary for its settings; it is served with them.",
  },
  "ambassador/canary-auth-mismatch": {
    severity: "error",
    effect: "substituted",
    meaning: "Some Mappings of a match set `bypass_auth` and others do not; all requests are authorised.",
  },
  "ambassador/shadow-redirect": {
    severity: "error",
    effect: "field-ignored",
    meaning: "`host_redirect` is ignored on a shadow.",
  },
  "ambassador/shadow-without-primary": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "A shadow has no other Mapping of its match to copy.",
  },
  "ambassador/multiple-shadows": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "A match has one shadow; the first in load order counts.",
  },
  "ambassador/cross-namespace-group": {
    severity: "error",
    effect: "substituted",
    meaning: "Mappings of several namespaces share one match and split its traffic.",
  },
  "ambassador/unweighted-split": {
    severity: "warning",
    effect: "none",
    meaning: "Two Mappings without weight share one match and split its traffic.",
  },
  "ambassador/weights-overflow": {
    severity: "error",
    effect: "substituted",
    meaning: "The weights add up to more than 100; they count in proportion.",
  },
  "ambassador/weights-underflow": {
    severity: "warning",
    effect: "none",
    meaning: "The weights add up to less than 100 and nothing takes the rest; they count in proportion.",
  },
  "ambassador/weights-zero": { severity: "error", effect: "substituted", meaning: "All weights are zero; the members share equally." },
  "ambassador/protocol-and-stack": {
    severity: "warning",
    effect: "field-ignored",
    meaning: "`protocol` is ignored because `protocolStack` is set.",
  },
  "ambassador/bad-stack": { severity: "error", effect: "left-out", meaning: "The protocols cannot stand on one another in this order." },
  "ambassador/duplicate-listener": {
    severity: "error",
    effect: "left-out",
    meaning: "Another Listener has the same address and port; the first in load order is kept.",
  },
  "ambassador/idle-listener": {
    severity: "warning",
    effect: "left-out",
    meaning: "No Host is attached to the Listener, so it is not emitted.",
  },
  "ambassador/no-listener": { severity: "error", effect: "left-out", meaning: "There is no Listener at all; nothing is served." },
  "ambassador/no-hosts": { severity: "info", effect: "none", meaning: "There is no Host; one for every hostname is assumed." },
  "ambassador/idle-host": { severity: "warning", effect: "left-out", meaning: "No Listener takes the Host." },
  "ambassador/duplicate-hostname": {
    severity: "error",
    effect: "substituted",
    meaning: "Two Hosts have one hostname; they are served as one with the most restrictive action.",
  },
  "ambassador/redirect-without-tls": {
    severity: "warning",
    effect: "none",
    meaning: "Requests are redirected to HTTPS, which the Host does not serve.",
  },
  "ambassador/selector-union": {
    severity: "info",
    effect: "none",
    meaning: "Emissary would serve this Mapping on a Host that only another Mapping of the same match is selected by; it is not.",
  },
  "ambassador/selector-expressions": {
    severity: "warning",
    effect: "none",
    meaning: "`matchExpressions` are evaluated; Emissary ignores them and matches everything.",
  },
  "ambassador/unknown-module": {
    severity: "warning",
    effect: "left-out",
    meaning: "The only Modules that have an effect are `ambassador` and, of old, `tls`.",
  },
  "ambassador/duplicate-module": { severity: "error", effect: "left-out", meaning: "Another Module `ambassador` counts for the fleet." },
  "ambassador/module-abort": {
    severity: "info",
    effect: "none",
    meaning: "Emissary drops all keys of a Module that follow a wrong one; here only the wrong one is left out.",
  },
  "ambassador/header-case": {
    severity: "info",
    effect: "none",
    meaning: "Header names keep the spelling they come with; Emissary asks for a formatter that Envoy lacks.",
  },
  "ambassador/zero-timeout": { severity: "info", effect: "none", meaning: "A timeout of 0 is disabled; Emissary ignores it." },
  "ambassador/keepalive-idle-time": { severity: "info", effect: "none", meaning: "`idle_time` is served; Emissary reads only `time`." },
  "ambassador/log-path": {
    severity: "warning",
    effect: "none",
    meaning: "An Envoy that cannot open the path of its access log refuses every listener.",
  },
  "ambassador/presence-flag": { severity: "info", effect: "none", meaning: "A filter set to false is off; Emissary turns it on." },
  "ambassador/ip-filter-conflict": {
    severity: "error",
    effect: "substituted",
    meaning: "`ip_allow` and `ip_deny` are both set; both apply.",
  },
  "ambassador/ip-filter-invalid": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "An entry of an IP filter names no address range: in `ip_allow` it matches nothing, in `ip_deny` it is dropped.",
  },
  "ambassador/protocol-version": {
    severity: "warning",
    effect: "none",
    meaning: "A gRPC service without `protocol_version` is taken to speak v3; one that says v2 cannot be called.",
  },
  "ambassador/auth-path-prefix": { severity: "warning", effect: "none", meaning: "The missing slash of a path prefix is added." },
  "ambassador/auth-conflict": {
    severity: "error",
    effect: "fails-in-place",
    meaning: "Two AuthServices differ in more than whom they ask; what would be authorised answers 500.",
  },
  "ambassador/edge-stack-sidecar": { severity: "info", effect: "none", meaning: "The AuthService of Edge Stack's sidecar is ignored." },
  "ambassador/guard-unusable": {
    severity: "error",
    effect: "fails-in-place",
    meaning: "A document that was to guard routes cannot be used; what it would guard is refused.",
  },
  "ambassador/duplicate-ratelimit-service": { severity: "error", effect: "left-out", meaning: "Another RateLimitService is asked." },
  "ambassador/resource-exhausted": {
    severity: "info",
    effect: "none",
    meaning: "`use_resource_exhausted_code` is served; in Emissary it has no effect.",
  },
  "ambassador/log-grpc": { severity: "warning", effect: "none", meaning: "A LogService speaks gRPC, whatever `grpc` says." },
  "ambassador/duplicate-tracing": { severity: "error", effect: "left-out", meaning: "Another TracingService traces." },
  "ambassador/removed-driver": { severity: "error", effect: "left-out", meaning: "Envoy has no such tracing driver any more." },
  "ambassador/lua-invalid": {
    severity: "error",
    effect: "left-out",
    meaning: "The Lua script of a Module does not parse; Envoy would refuse every listener for it.",
  },
  "ambassador/runtime-flag-bootstrap": {
    severity: "info",
    effect: "none",
    meaning: "A runtime flag belongs in the bootstrap of a proxy; a running one keeps those that it was started with.",
  },
} as const satisfies Record<string, CodeEntry>;
