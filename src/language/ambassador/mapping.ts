import type { Document } from "../../document/document.ts";
import type { Finding } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { readSpec } from "../schema.ts";
import { actionOf } from "./action.ts";
import type { LeftOutSpec } from "./left-out.ts";
import { type MappingInput, mappingSchema, matchFields } from "./mapping-schema.ts";
import type { MappingSpec } from "./mapping-spec.ts";
import { clashKey, matchOf } from "./match.ts";
import { baseOf, conclude, idsOf, loadKeyOf } from "./read.ts";
import type { RegexSize } from "./regex.ts";
import { sortKey } from "./sort-key.ts";

/** Checks a Mapping. */
export function checkMapping(document: Document): Checked<MappingSpec | LeftOutSpec> {
  const { spec: input, findings: said } = readSpec(mappingSchema, document.value.spec ?? {}, { pointer: "/spec", unknownField: "warning" });
  const findings = said.map(strictAboutMatches);
  const spec = input === undefined ? undefined : specOf(document, input, findings);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings, [], spec);
}

/** A matcher that cannot be read would widen the match if it were dropped, so the Mapping is left out. */
function strictAboutMatches(found: Finding): Finding {
  const field = found.pointer.split("/")[2] ?? "";
  return found.severity === "error" && matchFields.has(field) ? { ...found, effect: "left-out" } : found;
}

function specOf(document: Document, input: MappingInput, findings: Finding[]): MappingSpec {
  const { namespace, name } = document.identity;
  const regexes: RegexSize[] = [];
  const match = matchOf(input, findings, regexes);
  const clash = clashKey(match);
  return {
    kind: "Mapping",
    ids: idsOf(input.ambassador_id),
    namespace,
    name,
    loadKey: loadKeyOf(document),
    ...match,
    clashKey: clash,
    groupKey: `${match.path.kind} ${clash}`,
    sortKey: sortKey({ ...match, prefix: match.path.value }),
    ...actionOf(input, findings, regexes),
    regexes,
  };
}
