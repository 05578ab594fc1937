import { z } from "zod";
import type { Document } from "../../document/document.ts";
import type { Checked } from "../language.ts";
import { type AddressesSpec, ipOf, portSchema, tcpPorts } from "./endpoint-slice.ts";
import { checked } from "./read.ts";

const schema = z.looseObject({
  subsets: z
    .array(z.looseObject({ addresses: z.array(z.looseObject({ ip: z.string() })).nullish(), ports: z.array(portSchema).nullish() }))
    .nullish(),
});

/** Checks `v1` Endpoints: `addresses` are ready, `notReadyAddresses` do not count. */
export function checkEndpoints(document: Document): Checked<AddressesSpec> {
  return checked(document, schema, ({ subsets }) => ({
    kind: "Endpoints",
    service: document.identity.name,
    groups: (subsets ?? []).map(({ addresses, ports }) => ({
      ports: tcpPorts(ports),
      addresses: (addresses ?? []).flatMap(({ ip: written }) => {
        const ip = ipOf(written);
        return ip === undefined ? [] : [{ ip, draining: false }];
      }),
    })),
  }));
}
