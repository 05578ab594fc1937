import type { SecretId } from "../model/secret.ts";
import { BadSecret } from "./pem.ts";
import type { Found, SecretData, SecretProvider } from "./provider.ts";

/** Where the secrets of one reference were found. */
export interface Located {
  /** Equal revisions, equal bytes. */
  readonly revision: string;
  /** Gives the data to the reader and wipes it afterwards. Throws {@link BadSecret} if it cannot be read, and whatever the reader throws. */
  read<T>(reader: (data: readonly SecretData[]) => T): T;
}

/** Looks for secrets, each in the first provider that has it. Gives the first that none has as `missing`. Throws {@link BadSecret} if a provider cannot tell. */
export function lookUp(
  providers: readonly SecretProvider[],
  ids: readonly SecretId[],
  fleet: string,
): Located | { readonly missing: SecretId } {
  const found: { readonly provider: SecretProvider; readonly what: Found }[] = [];
  for (const id of ids) {
    const one = find(providers, id, fleet);
    if (one === undefined) return { missing: id };
    found.push(one);
  }
  return {
    revision: found.map(({ provider, what }) => `${provider.name} ${what.revision}`).join("\n\n"),
    read(reader) {
      const data: SecretData[] = [];
      try {
        for (const { provider, what } of found) data.push(guarded(provider, () => what.read()));
        return reader(data);
      } finally {
        for (const one of data) for (const bytes of one.values()) bytes.fill(0);
      }
    },
  };
}

function find(providers: readonly SecretProvider[], id: SecretId, fleet: string) {
  for (const provider of providers) {
    const what = guarded(provider, () => provider.find(id, fleet));
    if (what !== undefined) return { provider, what };
  }
  return undefined;
}

function guarded<T>(provider: SecretProvider, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new BadSecret(`the provider ${provider.name} cannot read it: ${code ?? message}`);
  }
}
