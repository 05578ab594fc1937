import { ambassador } from "../language/ambassador/ambassador.ts";
import type { Language } from "../language/language.ts";
import { portolan } from "../language/portolan/portolan.ts";

/** Every configuration language that is served. */
export const languages: readonly Language[] = [ambassador, portolan];

/** The API groups of all of them. */
export const groups: ReadonlySet<string> = new Set(languages.flatMap((language) => [...language.groups]));
