import { limits } from "../document/limits.ts";
import { privateKeys } from "../document/plaintext.ts";
import { refusal } from "../document/refusal.ts";
import type { Oid } from "../git/object.ts";
import type { Checked } from "../language/language.ts";
import type { FileEntry } from "./files.ts";

interface Known {
  readonly entry: FileEntry;
  /** Absent: it has no text. */
  readonly checked: Checked | undefined;
}

/** The files that are no documents and that fleets may name, as documents that are found by their paths; equal content at an equal place: the same object. */
export class NamedFiles {
  readonly #source: string;
  #known = new Map<string, Known>();

  constructor(source: string) {
    this.#source = source;
  }

  /** The files at these paths of the tree, those that have a text: UTF-8, not larger than a document, without a private key. */
  async read(
    paths: ReadonlySet<string>,
    at: (path: string) => FileEntry | undefined,
    blob: (oid: Oid) => Promise<Uint8Array>,
  ): Promise<ReadonlyMap<string, Checked>> {
    const known = new Map<string, Known>();
    for (const path of paths) {
      const entry = at(path);
      if (entry === undefined) continue;
      const old = this.#known.get(path);
      if (old?.entry.oid === entry.oid && old.entry.mode === entry.mode) known.set(path, old);
      else known.set(path, { entry, checked: await this.#readOne(path, entry, blob) });
    }
    this.#known = known;
    return new Map([...known].flatMap(([path, { checked }]) => (checked === undefined ? [] : [[path, checked] as const])));
  }

  async #readOne(path: string, entry: FileEntry, blob: (oid: Oid) => Promise<Uint8Array>): Promise<Checked | undefined> {
    if (refusal({ path, ...entry }) !== undefined) return undefined;
    const text = textOf(await blob(entry.oid));
    if (text === undefined || privateKeys(text).length > 0) return undefined;
    const id = { blob: entry.oid, index: 0 };
    const identity = { group: "", kind: "File", namespace: "", name: path };
    return {
      document: { id, path, source: this.#source, version: "", identity, value: {} },
      origin: Object.freeze({ source: this.#source, path, ...id, label: path }),
      spec: { kind: "File", text },
      labels: {},
      findings: [],
    };
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > limits.size) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
