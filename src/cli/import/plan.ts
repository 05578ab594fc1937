import { byCodePoint } from "../../problem/order.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { type ClusterObject, textOf } from "./dump.ts";
import { isEndpoints, isKept } from "./kinds.ts";
import { isSecret, type SecretNeed, secretNeeds } from "./secrets.ts";
import { fileText } from "./strip.ts";

/** What a dump becomes. */
export interface ImportPlan {
  /** Texts by path, `<namespace>/<kind>-<name>.yaml`. */
  readonly files: ReadonlyMap<string, string>;
  /** How many objects were left out, by `kind.group`. */
  readonly skipped: ReadonlyMap<string, number>;
  readonly secrets: readonly SecretNeed[];
  /** `namespace/name` of the Services whose addresses nothing says. */
  readonly withoutAddresses: readonly string[];
}

/** Plans the files of a dump; the same dump gives the same files. `endpoints`: write the addresses of pods, too. */
export function planImport(objects: readonly ClusterObject[], endpoints: boolean): ImportPlan {
  const documents = objects.filter(({ group, kind }) => isKept(group, kind) || (endpoints && isEndpoints(group, kind)));
  const skipped = new Map<string, number>();
  for (const object of objects) {
    if (documents.includes(object) || isSecret(object)) continue;
    const key = object.group === "" ? object.kind : `${object.kind}.${object.group}`;
    skipped.set(key, (skipped.get(key) ?? 0) + 1);
  }
  return {
    files: filesOf(documents),
    skipped: new Map([...skipped].sort((a, b) => byCodePoint(a[0], b[0]))),
    secrets: secretNeeds(objects, documents),
    withoutAddresses: endpoints
      ? []
      : documents
          .filter(isAddressed)
          .map(({ namespace, name }) => `${namespace}/${name}`)
          .sort(byCodePoint),
  };
}

function filesOf(documents: readonly ClusterObject[]): Map<string, string> {
  const files = new Map<string, string>();
  const known = new Map<string, string>();
  for (const document of [...documents].sort((a, b) => byCodePoint(identity(a), identity(b)))) {
    const own = identity(document);
    const text = fileText(document);
    const before = known.get(own);
    if (before !== undefined && before !== text)
      throw new Failure(exitCode.usage, `the dump holds two different objects ${own.trim().replaceAll("\n", "/")}`);
    if (before !== undefined) continue;
    known.set(own, text);
    const path = pathOf(document, false);
    files.set(files.has(path) ? pathOf(document, true) : path, text);
  }
  return new Map([...files].sort((a, b) => byCodePoint(a[0], b[0])));
}

function identity({ group, kind, namespace, name }: ClusterObject): string {
  return [group, kind, namespace, name].join("\n");
}

/** Two kinds of one name in different groups need the group to be told apart. */
function pathOf({ group, kind, namespace, name }: ClusterObject, withGroup: boolean): string {
  const file = `${kind}${withGroup ? `.${group}` : ""}-${name}.yaml`;
  return `${segment(namespace === "" ? "cluster" : namespace)}/${segment(file)}`;
}

/** One name of a path, whatever a dump calls its objects. */
function segment(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]/g, "_")
    .replace(/^[._]+/, "_");
}

/** A Service that leads to pods, whose addresses stand in objects that were not written. */
function isAddressed({ group, kind, node }: ClusterObject): boolean {
  return group === "" && kind === "Service" && textOf(node, "spec", "type") !== "ExternalName";
}
