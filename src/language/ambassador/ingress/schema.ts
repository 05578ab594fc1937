import { z } from "zod";

const port = z.union([z.number().int().min(1).max(65535), z.string()]);

/** Both spellings: that of `networking.k8s.io/v1`, and that of the versions before. */
const backend = z.looseObject({
  service: z
    .looseObject({ name: z.string(), port: z.looseObject({ name: z.string().nullish(), number: port.nullish() }).nullish() })
    .nullish(),
  serviceName: z.string().nullish(),
  servicePort: port.nullish(),
});

/** What an Ingress asks for a backend, in either spelling. */
export type Backend = z.infer<typeof backend>;

const path = z.looseObject({ path: z.string().nullish(), pathType: z.string().nullish(), backend });

const text = z.string().nullish();

/** What is read of an Ingress; the rest is for others. */
export const ingressSchema = z.looseObject({
  metadata: z.looseObject({
    annotations: z.looseObject({ "kubernetes.io/ingress.class": text, "getambassador.io/ambassador-id": text }).nullish(),
  }),
  spec: z
    .looseObject({
      ingressClassName: text,
      tls: z.array(z.looseObject({ hosts: z.array(z.string()).nullish(), secretName: text })).nullish(),
      rules: z.array(z.looseObject({ host: text, http: z.looseObject({ paths: z.array(path).nullish() }).nullish() })).nullish(),
      defaultBackend: backend.nullish(),
      backend: backend.nullish(),
    })
    .nullish(),
});

/** An Ingress as it is written. */
export type IngressInput = z.infer<typeof ingressSchema>;

/** What is read of an IngressClass. */
export const ingressClassSchema = z.looseObject({
  metadata: z.looseObject({ annotations: z.looseObject({ "getambassador.io/ambassador-id": text }).nullish() }),
  spec: z.looseObject({ controller: text }).nullish(),
});
