import type { TableName, VirtualHost } from "../model/model.ts";
import { lower } from "./match.ts";

/** The virtual hosts of one route table, found by what requests name as host. */
export class Table {
  readonly #exact = new Map<string, VirtualHost>();
  /** What follows the `*`, or stands before it, by length, the longest first. */
  readonly #suffixes: (readonly [text: string, host: VirtualHost])[] = [];
  readonly #prefixes: (readonly [text: string, host: VirtualHost])[] = [];
  #any: VirtualHost | undefined;

  constructor(hosts: Iterable<VirtualHost>) {
    for (const host of hosts) {
      const domain = lower(host.host);
      if (domain === "*") this.#any = host;
      else if (domain.startsWith("*")) this.#suffixes.push([domain.slice(1), host]);
      else if (domain.endsWith("*")) this.#prefixes.push([domain.slice(0, -1), host]);
      else this.#exact.set(domain, host);
    }
    for (const wildcards of [this.#suffixes, this.#prefixes]) wildcards.sort((a, b) => b[0].length - a[0].length);
  }

  /** The exact domain, then the longest suffix, then the longest prefix, then `*` (`RouteMatcher::findVirtualHost`). A wildcard stands for at least one character. */
  find(authority: string): VirtualHost | undefined {
    const name = lower(authority);
    const longer = ([text]: readonly [string, VirtualHost]) => text.length < name.length;
    return (
      this.#exact.get(name) ??
      this.#suffixes.find((one) => longer(one) && name.endsWith(one[0]))?.[1] ??
      this.#prefixes.find((one) => longer(one) && name.startsWith(one[0]))?.[1] ??
      this.#any
    );
  }
}

/** The tables of a plan. */
export function tablesOf(hosts: readonly VirtualHost[]): ReadonlyMap<TableName, Table> {
  return new Map([...Map.groupBy(hosts, ({ table }) => table)].map(([name, members]) => [name, new Table(members)]));
}
