import { secretKeys } from "../document/committed-secret.ts";
import type { SecretId } from "../model/secret.ts";
import type { Found, SecretProvider } from "./provider.ts";

/**
 * Secrets in environment variables, `<PREFIX><NAMESPACE>_<NAME>_<KEY>` in upper case with `_` for `-` and `.`. They are read once. Two secrets with one
 * spelling are an error for both: nobody knows whose the variable is.
 */
export class EnvironmentProvider implements SecretProvider {
  readonly name: string;
  readonly #prefix: string;
  readonly #variables: ReadonlyMap<string, string>;
  readonly #owners = new Map<string, Set<string>>();

  constructor(name: string, prefix: string, environment: Readonly<Record<string, string | undefined>>) {
    this.name = name;
    this.#prefix = prefix;
    const own = Object.entries(environment).filter(([variable]) => variable.startsWith(prefix));
    this.#variables = new Map(own.map(([variable, value]) => [variable, value ?? ""]));
  }

  announce(ids: readonly SecretId[]): void {
    for (const id of ids) {
      const stem = this.#stem(id);
      this.#owners.set(stem, (this.#owners.get(stem) ?? new Set()).add(`${id.namespace}/${id.name}`));
    }
  }

  find(id: SecretId): Found | undefined {
    const stem = this.#stem(id);
    const values = secretKeys.flatMap((key) => {
      const value = this.#variables.get(stem + spelt(key));
      return value === undefined ? [] : [[key, value] as const];
    });
    if (values.length === 0) return undefined;
    const owners = [...(this.#owners.get(stem) ?? [])];
    return {
      revision: owners.join(" "),
      read() {
        if (owners.length > 1) throw new Error(`the variables ${stem}… would belong to several secrets: ${owners.join(", ")}`);
        return new Map(values.map(([key, value]) => [key, Buffer.from(value)]));
      },
    };
  }

  #stem({ namespace, name }: SecretId): string {
    return `${this.#prefix}${spelt(namespace)}_${spelt(name)}_`;
  }
}

function spelt(part: string): string {
  return part.toUpperCase().replace(/[-.]/g, "_");
}
