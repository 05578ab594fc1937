/** Whether a text may be a Mapping's hostname: `*` stands at most at one end (ambassador.md 3.1). */
export function isHostGlob(text: string): boolean {
  return (
    text !== "" && (text === "*" || !text.slice(1, -1).includes("*")) && !(text.length > 1 && text.startsWith("*") && text.endsWith("*"))
  );
}

/** Whether a text may be a Host's hostname: exact, `*`, `*rest`, each with an optional port, or `name.*` without one (7.2), as it goes over the wire. */
export function isHostDomain(text: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(text)) return false;
  if (text.endsWith("*") && text !== "*") return /^[^*:]+\.\*$/.test(text);
  return /^(\*|\*?[^*:\s]+)(:\d+)?$/.test(text) || /^\[[0-9a-fA-F:.]+\](:\d+)?$/.test(text);
}

/** Whether two globs can mean one host, in the order of rules that the language has (7.3). Wildcards cross dots. */
export function overlap(a: string, b: string): boolean {
  if (a === b) return true;
  if (a === "*" || b === "*") return true;
  if (a.startsWith(".") || b.startsWith(".")) return false;
  const [left, right] = [wildcard(a), wildcard(b)];
  if (left === "both" || right === "both") return false;
  if (left === "none" && right === "none") return false;
  if (left !== "none" && right !== "none") {
    if (left !== right) return true;
    const [x, y] = [literal(a), literal(b)];
    return left === "leading" ? x.endsWith(y) || y.endsWith(x) : x.startsWith(y) || y.startsWith(x);
  }
  const [glob, exact] = left === "none" ? [b, a] : [a, b];
  const part = literal(glob);
  return exact.length > part.length && (glob.startsWith("*") ? exact.endsWith(part) : exact.startsWith(part));
}

/** Whether every host that the one can mean fits the other. */
export function isWithin(narrow: string, wide: string): boolean {
  if (wide === "*" || wide === narrow) return true;
  if (narrow === "*") return false;
  const part = literal(wide);
  if (narrow.startsWith("*")) return wide.startsWith("*") && literal(narrow).endsWith(part);
  if (narrow.endsWith("*")) return wide.endsWith("*") && literal(narrow).startsWith(part);
  if (wide.startsWith("*")) return narrow.length > part.length && narrow.endsWith(part);
  return wide.endsWith("*") && narrow.length > part.length && narrow.startsWith(part);
}

function wildcard(glob: string): "none" | "leading" | "trailing" | "both" {
  if (glob.startsWith("*")) return glob.endsWith("*") ? "both" : "leading";
  return glob.endsWith("*") ? "trailing" : "none";
}

function literal(glob: string): string {
  return glob.replace(/^\*|\*$/g, "");
}
