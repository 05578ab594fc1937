import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";

const compiled = new LRUCache<string, RE2JS>({ max: 10_000 });

/** An expression in RE2's grammar, as Envoy compiles it. Throws for one that Envoy would refuse. */
function expression(pattern: string): RE2JS {
  let one = compiled.get(pattern);
  if (one === undefined) {
    one = RE2JS.compile(pattern);
    compiled.set(pattern, one);
  }
  return one;
}

/** Whether the whole text fits (`RE2::FullMatch`). */
export function fitsWhole(pattern: string, text: string): boolean {
  return expression(pattern).matches(text);
}

/**
 * Replaces every match (`RE2::GlobalReplace`): matches do not overlap, and an empty one directly after another does not count. In the substitution `\0` to `\9`
 * are groups and `\\` is a backslash; if it names a group that the pattern lacks nothing is replaced.
 */
export function replaceAll(pattern: string, substitution: string, text: string): string {
  const matcher = expression(pattern).matcher(text);
  const parts: string[] = [];
  let at = 0;
  let last = -1;
  while (at <= text.length && matcher.find(at)) {
    const [start, end] = [matcher.start(), matcher.end()];
    parts.push(text.slice(at, start));
    if (start === last && end === start) {
      parts.push(text.slice(start, start + 1));
      at = start + 1;
      continue;
    }
    const rewritten = substituted(substitution, (group) => (group <= matcher.groupCount() ? (matcher.group(group) ?? "") : undefined));
    if (rewritten === undefined) return text;
    parts.push(rewritten);
    at = last = end;
  }
  return parts.join("") + text.slice(at);
}

function substituted(substitution: string, group: (number: number) => string | undefined): string | undefined {
  let isWrong = false;
  const text = substitution.replace(/\\(.?)/gs, (_, after: string) => {
    if (after === "\\") return "\\";
    const value = /\d/.test(after) ? group(Number(after)) : undefined;
    isWrong ||= value === undefined;
    return value ?? "";
  });
  return isWrong ? undefined : text;
}
