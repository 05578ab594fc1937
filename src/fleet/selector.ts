import picomatch from "picomatch";
import type { NodeState } from "./node.ts";

/** Whether a node is meant. */
export type NodeFilter = (node: NodeState) => boolean;

const fields: Readonly<Record<string, (node: NodeState) => string>> = {
  id: (node) => node.id,
  fleet: (node) => node.fleet,
  cluster: (node) => node.cluster,
  region: (node) => node.region,
  zone: (node) => node.zone,
  version: (node) => node.envoyVersion,
  state: (node) => node.state,
};

/** How a selector is written, in one sentence: for help and for errors. */
export const selectorForm = `terms key=glob or key!=glob with commas between them, where key is ${Object.keys(fields).join(", ")} or metadata.<name>`;

/**
 * Reads a choice of nodes: `cluster=edge-*,zone!=z1,metadata.env=prod`. Every term must fit; globs are those of `Fleet.spec.nodes`, and a
 * metadata value that is no text is compared as JSON. A node without the key fits no `=` term and every `!=` term. `undefined`: not of this form.
 */
export function nodeSelector(text: string): NodeFilter | undefined {
  const terms = text.split(",").map(term);
  if (terms.includes(undefined)) return undefined;
  return (node) => terms.every((fits) => fits?.(node));
}

function term(text: string): NodeFilter | undefined {
  const [, key = "", operator, glob = ""] = /^\s*([\w.-]+)\s*(!?=)\s*(\S.*?)\s*$/.exec(text) ?? [];
  const value = readerOf(key);
  if (value === undefined) return undefined;
  const matches = picomatch(glob, { dot: true });
  return (node) => {
    const found = value(node);
    return (found !== undefined && matches(found)) === (operator === "=");
  };
}

function readerOf(key: string): ((node: NodeState) => string | undefined) | undefined {
  if (Object.hasOwn(fields, key)) return fields[key];
  const name = /^metadata\.(.+)$/.exec(key)?.[1];
  if (name === undefined) return undefined;
  return ({ metadata }) => {
    if (!Object.hasOwn(metadata, name)) return undefined;
    const found = metadata[name];
    return typeof found === "string" ? found : JSON.stringify(found);
  };
}
