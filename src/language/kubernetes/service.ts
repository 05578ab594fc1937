import { z } from "zod";
import type { Document } from "../../document/document.ts";
import type { Checked } from "../language.ts";
import { checked } from "./read.ts";

/** One TCP port of a Service. */
export interface ServicePort {
  /** Empty if it has none. */
  readonly name: string;
  readonly port: number;
  readonly targetPort: string | number | undefined;
}

/** What is read of a Service. */
export interface ServiceSpec {
  readonly kind: "Service";
  /** Of type ExternalName: the DNS name it stands for, in lower case. */
  readonly externalName?: string;
  readonly ports: readonly ServicePort[];
}

const port = z.looseObject({
  name: z.string().nullish(),
  port: z.number().int().min(1).max(65535),
  targetPort: z.union([z.string(), z.number().int()]).nullish(),
  protocol: z.string().nullish(),
});

const schema = z.looseObject({
  spec: z.looseObject({ type: z.string().nullish(), externalName: z.string().nullish(), ports: z.array(port).nullish() }).nullish(),
});

/** Checks a `v1` Service. */
export function checkService(document: Document): Checked<ServiceSpec> {
  return checked(document, schema, ({ spec }) => {
    const { type, externalName, ports } = spec ?? {};
    return {
      kind: "Service",
      ...(type === "ExternalName" && externalName ? { externalName: externalName.toLowerCase().replace(/\.$/, "") } : {}),
      ports: (ports ?? [])
        .filter(({ protocol }) => (protocol ?? "TCP") === "TCP")
        .map(({ name, port, targetPort }) => ({ name: name ?? "", port, targetPort: targetPort ?? undefined })),
    };
  });
}
