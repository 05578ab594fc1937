import type { SingleKinds } from "../document/group.ts";
import { ambassador } from "../language/ambassador/ambassador.ts";
import { kubernetes } from "../language/kubernetes/kubernetes.ts";
import type { Language } from "../language/language.ts";
import { portolan } from "../language/portolan/portolan.ts";

/** Every configuration language that is served. */
export const languages: readonly Language[] = [ambassador, kubernetes, portolan];

/** The API groups of all of them. */
export const groups: ReadonlySet<string> = new Set(languages.flatMap((language) => [...language.groups]));

/** The single kinds of other groups that one of them reads. */
export const singleKinds: SingleKinds = new Map(languages.flatMap((language) => [...language.kinds]));
