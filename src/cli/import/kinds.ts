/** Kinds of a cluster that are files of a repository; by API group, `""` is the core group. Secrets are not among them: they are listed, never written. */
const kept: ReadonlyMap<string, ReadonlySet<string> | "all"> = new Map<string, ReadonlySet<string> | "all">([
  ["getambassador.io", "all"],
  ["gateway.getambassador.io", "all"],
  ["portolan.dev", "all"],
  ["gateway.networking.k8s.io", "all"],
  ["gateway.networking.x-k8s.io", "all"],
  ["", new Set(["Service"])],
  ["networking.k8s.io", new Set(["Ingress", "IngressClass"])],
  ["extensions", new Set(["Ingress"])],
]);

const endpoints: ReadonlyMap<string, string> = new Map([
  ["", "Endpoints"],
  ["discovery.k8s.io", "EndpointSlice"],
]);

/** Whether objects of this kind are written as files. */
export function isKept(group: string, kind: string): boolean {
  const kinds = kept.get(group);
  return kinds === "all" || kinds?.has(kind) === true;
}

/** Whether objects of this kind say where the pods of a Service are, which changes by the minute. */
export function isEndpoints(group: string, kind: string): boolean {
  return endpoints.get(group) === kind;
}
