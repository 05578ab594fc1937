import type { HeaderEdits } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import { formatMistake } from "./format.ts";

type Added = Readonly<Record<string, string | { readonly value: string; readonly append?: boolean | undefined }>>;

/** The header edits of one direction, written `below` a pointer; what Envoy would refuse the whole route table for is reported and dropped. */
export function headerEdits(
  side: "request" | "response",
  add: Added | undefined,
  remove: readonly string[] | undefined,
  findings: Finding[],
  below = "/spec",
): HeaderEdits {
  const added = Object.entries(add ?? {})
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .flatMap(([name, edit]) => {
      const { value, append = true } = typeof edit === "string" ? { value: edit } : edit;
      const pointer = `${below}/add_${side}_headers/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const mistake = formatMistake(value);
      if (!isModifiable(name)) findings.push(notModifiable(pointer, name));
      else if (mistake !== undefined) findings.push(finding("ambassador/bad-format", pointer, `${name}: ${mistake}`));
      else return [{ name, value, append }];
      return [];
    });
  const removed = (remove ?? []).filter((name, i) => {
    if (isModifiable(name)) return true;
    findings.push(notModifiable(`${below}/remove_${side}_headers/${i}`, name));
    return false;
  });
  return { add: added, remove: removed };
}

function isModifiable(name: string): boolean {
  return name.toLowerCase() !== "host" && !name.startsWith(":");
}

function notModifiable(pointer: string, name: string): Finding {
  return finding(
    "ambassador/header-not-modifiable",
    pointer,
    `Envoy does not let ${name} be changed here`,
    name.toLowerCase() === "host" ? { fix: "use host_rewrite" } : {},
  );
}
