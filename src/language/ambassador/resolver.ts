import { z } from "zod";
import type { Document } from "../../document/document.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { Attachment, Checked, Services } from "../language.ts";
import { readSpec } from "../schema.ts";
import type { LeftOutSpec } from "./left-out.ts";
import { byName, nameKey } from "./named.ts";
import { baseOf, conclude, idsOf } from "./read.ts";

/** A resolver by its name: its kind says how the addresses of a service are found. */
export interface ResolverSpec {
  readonly kind: "Resolver";
  readonly ids: readonly string[];
}

/** How the addresses of a service are found, or why its route fails in place. */
export type Resolution = "dns" | "endpoints" | { readonly fails: Finding };

const role = "resolver";
/** `spec` of a resolver, as written. */
export const resolverSchema = z.strictObject({ ambassador_id: z.array(z.string()).nullish() });

/** Checks a KubernetesServiceResolver or a KubernetesEndpointResolver: there is nothing in them but their name. */
export function checkResolver(document: Document): Checked<ResolverSpec | LeftOutSpec> {
  const { spec: input, findings } = readSpec(resolverSchema, document.value.spec ?? {}, { pointer: "/spec", unknownField: "warning" });
  const ids = idsOf(input?.ambassador_id);
  return conclude(baseOf(document), ids, [...findings], [], input && { kind: "Resolver", ids });
}

/** Where resolvers are found. */
export function attachResolver({ identity: { name } }: Document): Attachment {
  return { to: "services", name: nameKey(role, name) };
}

/** Names that exist without a document, and what else is asked for where there is none of the name (5.2). */
const builtIn: Readonly<Record<string, { readonly kind: string; readonly also?: string }>> = {
  "kubernetes-service": { kind: "KubernetesServiceResolver" },
  endpoint: { kind: "KubernetesEndpointResolver", also: "kubernetes-endpoint" },
  "kubernetes-endpoint": { kind: "KubernetesEndpointResolver", also: "endpoint" },
  consul: { kind: "ConsulResolver" },
  "consul-endpoint": { kind: "ConsulResolver" },
};

/** The resolver that a document in the namespace names (5.2). */
export function resolverOf(name: string, namespace: string, own: string, services: Services): Resolution {
  const known = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined;
  const find = (wanted: string) => byName(services, role, wanted, { namespace, own }, "/spec/resolver");
  const written = find(name);
  const isWritten = written.found !== undefined || written.ambiguous !== undefined;
  const { found, ambiguous } = isWritten || known?.also === undefined ? written : find(known.also);
  if (ambiguous !== undefined) return { fails: ambiguous };
  const kind = found?.document.identity.kind ?? known?.kind;
  if (kind === "KubernetesServiceResolver") return "dns";
  if (kind === "KubernetesEndpointResolver") return "endpoints";
  if (kind === "ConsulResolver") return fails("document/not-served", `Consul is not asked for ${name}; the route answers 503`);
  return fails("ambassador/unknown-resolver", `there is no resolver ${name}; the route answers 503`, "use endpoint or kubernetes-service");
}

function fails(code: Finding["code"], message: string, fix?: string): Resolution {
  return { fails: finding(code, "/spec/resolver", message, { effect: "fails-in-place", ...(fix === undefined ? {} : { fix }) }) };
}
