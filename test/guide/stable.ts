import { createHash } from "node:crypto";

const digest = (text: string) => createHash("sha1").update(text).digest("hex");

/** Ports as a page has them, and those that its commands get. */
export type Ports = ReadonlyMap<string, string>;

/** A text with other ports, and its columns where they were. */
export function withPorts(text: string, ports: Ports): string {
  return text.replace(/(?<![\w.])(\d{4,5})(?![\w-])( {2})?/g, (all, port: string, gap = "") => {
    const other = ports.get(port);
    return other === undefined ? all : gap === "" ? other : `${other}${gap}`.padEnd(all.length);
  });
}

/** Makes what commands print the same in every run: commits, names made from content, times, and ports. */
export class Stable {
  readonly #commits: string[] = [];
  readonly #clusters: string[] = [];
  readonly #ports: Ports;

  /** `ports` as {@link withPorts} has them, from the page to the commands. */
  constructor(ports: Ports) {
    this.#ports = new Map([...ports].map(([page, own]) => [own, page]));
  }

  /** A commit that commands may name from now on. */
  commit(id: string): void {
    if (!this.#commits.includes(id)) this.#commits.push(id);
  }

  /** What a command has printed, as the page has it. */
  text(command: string, output: string): string {
    const text = withPorts(output, this.#ports)
      // How often somebody is told to wait depends on the machine.
      .replace(/^waiting: .*\n/gm, "")
      .replace(/\b[0-9a-f]{7,40}\b/g, (word) => this.#commitLike(word))
      .replace(/(?<=~)[0-9a-f]{8}\b/g, (hash) => this.#cluster(hash))
      .replace(/\b\d+\.\d+ s\b/g, "0.1 s");
    // Elsewhere a duration is a setting.
    return command.startsWith("portolan status")
      ? text.replace(/(?<=[ (])\d+[sm]( +|\b)/g, (age) => "2s".padEnd(age.length)).replace(/ +$/gm, "")
      : text;
  }

  #commitLike(word: string): string {
    const index = this.#commits.findIndex((id) => id.startsWith(word));
    return index < 0 ? word : digest(`commit ${index}`).slice(0, word.length);
  }

  #cluster(hash: string): string {
    if (!this.#clusters.includes(hash)) this.#clusters.push(hash);
    return digest(`cluster ${this.#clusters.indexOf(hash)}`).slice(0, 8);
  }
}
