import fc from "fast-check";
import type { MemoryCommit, MemoryGit } from "../../src/git/memory.ts";
import type { ComposedCommit } from "../../src/git/object.ts";
import { fileText } from "./arbitrary-documents.ts";

type Documents = readonly object[];

const ours = "getambassador.io/v3alpha1";
const name = fc.constantFrom("a", "b", "c", "d", "e", "f");
const service = fc.constantFrom("one", "two", "three.only", "four.victims");

const mapping = fc
  .record({ name, namespace: fc.constantFrom("default", "default", "only"), service, prefix: fc.constantFrom("/a/", "/b/", "/c/") })
  .map(({ name, namespace, ...spec }) => ({
    apiVersion: ours,
    kind: "Mapping",
    metadata: { name, namespace },
    spec: { hostname: "*", ...spec },
  }));

/** What restricts access, some of it unusable by itself. */
const protective = fc
  .constantFrom(
    { kind: "AuthService", name: "login", spec: { auth_service: "login" } },
    { kind: "AuthService", name: "login", spec: { proto: "http" } },
    { kind: "AuthService", name: "other", spec: { proto: "http" } },
    { kind: "RateLimitService", name: "limit", spec: { service: "limit", protocol_version: "v3" } },
    { kind: "Module", name: "ambassador", spec: { config: { ip_deny: [{ peer: "10.0.0.0/8" }] } } },
    { kind: "Module", name: "ambassador", spec: { config: { ip_allow: "all" } } },
  )
  .map(({ kind, name, spec }) => ({ apiVersion: ours, kind, metadata: { name }, spec }));

const fleet = fc
  .record({
    name: fc.constantFrom("edge", "edge", "inner"),
    containment: fc.constantFrom({}, {}, { lookBack: { commits: 12 } }, { lookBack: { versions: 2 } }, { hold: ["main"] }),
    exclude: fc.constantFrom("none/**", "1.yaml"),
  })
  .map(({ name, containment, exclude }) => ({
    apiVersion: "portolan.dev/v1alpha1",
    kind: "Fleet",
    metadata: { name },
    spec: { nodes: { id: [name] }, documents: { exclude: [exclude] }, containment },
  }));

const route = fc.oneof({ weight: 6, arbitrary: mapping }, { weight: 1, arbitrary: protective });
const any = fc.oneof({ weight: 14, arbitrary: route }, { weight: 1, arbitrary: fleet });

const path = fc.constantFrom("1.yaml", "2.yaml", "3.yaml", "4.yaml", "5.yaml", "6.yaml", "dir/7.yaml", "dir/sub/8.yaml");

/** Something that happens to the files of a source: it gives what becomes of their documents. */
type Event = (files: Map<string, string>) => void;

const write = (document: fc.Arbitrary<object>) =>
  fc.record({ path, documents: fc.array(document, { minLength: 1, maxLength: 3 }) }).map(
    ({ path, documents }): Event =>
      (files) =>
        files.set(path, fileText(documents, false)),
  );

const remove = path.map(
  (path): Event =>
    (files) =>
      files.delete(path),
);

const move = fc.record({ from: path, to: path }).map(
  ({ from, to }): Event =>
    (files) => {
      const text = files.get(from);
      if (text === undefined) return;
      files.delete(from);
      files.set(to, text);
    },
);

const copy = fc.record({ from: path, to: path }).map(
  ({ from, to }): Event =>
    (files) => {
      const text = files.get(from);
      if (text !== undefined) files.set(to, text);
    },
);

/** Ways to make a document unusable, or to lose its name, or its file. */
const spoilers: readonly ((documents: Documents, index: number) => string)[] = [
  (documents, index) => fileText(documents.with(index, { ...documents[index], spec: 7 }), false),
  (documents, index) => fileText(documents.with(index, { ...documents[index], spec: 7, metadata: {} }), false),
  (documents) => fileText(documents, true),
  (documents, index) => fileText(documents.toSpliced(index, 1), true),
  (documents, index) => fileText(documents.toSpliced(index, 1), false),
];

/** Spoils one document of a file, or its whole file; `to` is where it stands afterwards. */
const spoil = fc.record({ path, to: fc.option(path, { nil: undefined }), index: fc.nat(2), how: fc.constantFrom(...spoilers) }).map(
  ({ path, to = path, index, how }): Event =>
    (files) => {
      const documents = documentsOf(files.get(path) ?? "");
      if (documents.length === 0) return;
      files.delete(path);
      files.set(to, how(documents, index % documents.length));
    },
);

/** The documents of a text that {@link fileText} has made; what is torn among them is passed over. */
function documentsOf(text: string): Documents {
  return text.split("---\n").flatMap((one) => (one.startsWith("{") ? [JSON.parse(one) as object] : []));
}

/** What one commit does. */
export interface Step {
  readonly event: Event;
  /** Whether a build that follows the history sees it. */
  readonly isBuilt: boolean;
  /** Whether a branch with something else on it is merged by it. */
  readonly isMerge: boolean;
}

const step = (document: fc.Arbitrary<object>): fc.Arbitrary<Step> =>
  fc.record({
    event: fc.oneof(
      { weight: 4, arbitrary: write(document) },
      { weight: 4, arbitrary: spoil },
      { weight: 1, arbitrary: remove },
      { weight: 1, arbitrary: move },
      { weight: 1, arbitrary: copy },
    ),
    isBuilt: fc.boolean(),
    isMerge: fc.constantFrom(true, false, false, false, false),
  });

/** One commit of a history in which documents break, are renamed, torn, deleted, doubled and moved; some are Fleets. */
export const anyStep: fc.Arbitrary<Step> = step(any);

/** The same without Fleets. */
export const routeStep: fc.Arbitrary<Step> = step(route);

/** What becomes of one document that nothing else touches, in a file of its own with a neighbour. */
export interface Fate {
  /** A new version of it that is valid, if it gets one. */
  readonly service?: string;
  /** How it stands in its file: as it is, not valid, or in a file that cannot be read. */
  readonly as: "valid" | "invalid" | "torn";
}

export const fate: fc.Arbitrary<Fate | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ service: fc.constantFrom("v1", "v2", "v3"), as: fc.constant("valid" as const) }),
      fc.record({ as: fc.constantFrom("valid" as const, "invalid" as const, "torn" as const) }),
    ),
  },
);

/** The text of the file of the document that a {@link Fate} is about; `undefined` while it has no version and is not broken. */
export function fateText(service: string | undefined, as: Fate["as"]): string | undefined {
  if (as === "valid" && service === undefined) return undefined;
  const of = (name: string, spec: object) => ({ apiVersion: ours, kind: "Mapping", metadata: { name, namespace: "victims" }, spec });
  const spec = { hostname: "*", prefix: "/victim/", service };
  if (as === "torn") return fileText(service === undefined ? [] : [of("victim", spec)], true);
  return fileText([of("victim", as === "valid" ? spec : { ...spec, service: 7 })], false);
}

/** Appends commits to a line of first parents. */
export class Line {
  readonly #git: MemoryGit;
  readonly #files: Map<string, string>;
  #tip: ComposedCommit | undefined;
  #time = 0;

  constructor(git: MemoryGit, files: ReadonlyMap<string, string>) {
    this.#git = git;
    this.#files = new Map(files);
  }

  commit(event: Event, isMerge = false): ComposedCommit {
    event(this.#files);
    this.#time += 1;
    const first = this.#tip === undefined ? [] : [this.#tip.oid];
    const second = isMerge ? [this.#snapshot(new Map([["side.yaml", "kind: [\n"]]), { parents: first }).oid] : [];
    this.#tip = this.#snapshot(this.#files, { parents: [...first, ...second] });
    return this.#tip;
  }

  #snapshot(files: ReadonlyMap<string, string>, commit: MemoryCommit): ComposedCommit {
    return this.#git.snapshot(files, "main", { time: this.#time, ...commit });
  }
}
