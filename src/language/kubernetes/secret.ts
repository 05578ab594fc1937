import { z } from "zod";
import type { Document } from "../../document/document.ts";
import type { SecretId } from "../../model/secret.ts";
import type { Checked, Services } from "../language.ts";
import { checked } from "./read.ts";

/** What is known of a committed Secret that may be served: of its values only the keys. */
export interface SecretSpec {
  readonly kind: "Secret";
  readonly keys: readonly string[];
}

const schema = z.looseObject({ keys: z.array(z.string()) });

/** Checks what is known of a committed Secret. */
export function checkSecret(document: Document): Checked<SecretSpec> {
  return checked(document, schema, ({ keys }) => ({ kind: "Secret", keys }));
}

/** The committed Secret that may be served, if there is one. */
export function findSecret(services: Services, { namespace, name }: SecretId): Checked<SecretSpec> | undefined {
  return services.find(`Secret ${namespace}/${name}`) as Checked<SecretSpec> | undefined;
}
