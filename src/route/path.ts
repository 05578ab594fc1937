/**
 * What Envoy's connection manager makes of a path before routes see it (`normalize_path`, `merge_slashes`, `path_with_escaped_slashes_action`):
 * the canonical form of the URL library of Chromium. Paths are those of request lines, in ASCII.
 */

/** Path and query (with its `?`). */
export function splitPath(path: string): readonly [path: string, query: string] {
  const at = path.indexOf("?");
  return at < 0 ? [path, ""] : [path.slice(0, at), path.slice(at)];
}

/** Whether the path holds a slash or backslash as percent escape. */
export function hasEscapedSlash(path: string): boolean {
  return /%(2f|5c)/i.test(splitPath(path)[0]);
}

/** Several slashes as one; a path of nothing but slashes keeps two of them. Of the query nothing changes. */
export function mergeSlashes(path: string): string {
  const [head, query] = splitPath(path);
  return (/^\/{2,}$/.test(head) ? "//" : head.replace(/\/{2,}/g, "/")) + query;
}

const escaped = /[^\x21-\x7e]|["#<>?^`{|}]/;
const unescaped = /[-.0-9A-Z_a-z~]/;

/** The path in its canonical form, or `undefined` for one that Envoy refuses: it holds the character NUL. The query stays as it is. */
export function canonicalPath(whole: string): string | undefined {
  const [path, query] = splitPath(whole);
  let output = path.startsWith("/") || path.startsWith("\\") ? "" : "/";
  for (let i = 0; i < path.length; i++) {
    const character = path[i] as string;
    const dot = dotAt(path, i);
    if (dot > 0) {
      const { kind, length } = output.endsWith("/") ? segmentAfter(path, i + dot) : inName;
      if (kind === "name") output += ".";
      else if (kind === "up") output = parent(output);
      i += dot + length - 1;
    } else if (character === "\\") output += "/";
    else if (character === "%") {
      const [hex] = /^%[0-9a-f]{2}/i.exec(path.slice(i, i + 3)) ?? [];
      if (hex === undefined) output += "%";
      else {
        const value = String.fromCharCode(Number.parseInt(hex.slice(1), 16));
        if (value === "\0") return undefined;
        output += unescaped.test(value) ? value : hex;
        i += 2;
      }
    } else output += escaped.test(character) ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}` : character;
  }
  return output + query;
}

interface Segment {
  readonly kind: "name" | "current" | "up";
  /** Characters after the first dot that belong to it. */
  readonly length: number;
}

const inName: Segment = { kind: "name", length: 0 };

/** Length of a dot, written as it is or as `%2e`; 0 if there is none. */
function dotAt(path: string, at: number): number {
  if (path[at] === ".") return 1;
  return /^%2e$/i.test(path.slice(at, at + 3)) ? 3 : 0;
}

function isEnd(path: string, at: number): boolean {
  return at >= path.length || path[at] === "/" || path[at] === "\\";
}

/** What a dot at the beginning of a segment means, by what comes after it. */
function segmentAfter(path: string, at: number): Segment {
  const slash = (end: number) => (end < path.length ? 1 : 0);
  if (isEnd(path, at)) return { kind: "current", length: slash(at) };
  const second = dotAt(path, at);
  return second > 0 && isEnd(path, at + second) ? { kind: "up", length: second + slash(at + second) } : inName;
}

/** `/a/b/` of `/a/b/c/`. */
function parent(path: string): string {
  return path === "/" ? path : path.slice(0, path.lastIndexOf("/", path.length - 2) + 1);
}
