import { rules } from "../protocol/rules.ts";

/** A test that ran. */
export interface RanTest {
  /** Path in the repository. */
  readonly file: string;
  /** Name with those of the groups around it, joined by ` > `. */
  readonly name: string;
}

/** What tests of one file show for a rule: several that differ in variant and type only are one proof. */
export interface Proof {
  readonly file: string;
  /** What the tests say beside the rule's ID; empty if nothing. */
  readonly what: string;
  /** In the order S, SA, D, DA; empty if the tests do not say. */
  readonly variants: readonly string[];
}

const ids = new Set(rules.map((rule) => rule.id));
const order = ["S", "SA", "D", "DA"];
/** `STR-01 C1 SA CDS: no node`, as scenarios are named. */
const scenarioName = /^((?:(?:[A-Z]\d+|[A-Z]{3}-\d\d) )+)((?:(?:S|SA|D|DA)\b ?)+)(?:[CLRE]DS)?(?:: (.*))?$/s;

/** The proofs for each rule, by ID, in the order of files and of tests in them. */
export function proofs(tests: readonly RanTest[]): ReadonlyMap<string, readonly Proof[]> {
  const found = new Map<string, Map<string, Proof>>();
  for (const { file, name } of tests) {
    const { named, what, variants } = read(name);
    for (const id of named) {
      const ofRule = found.get(id) ?? new Map<string, Proof>();
      const key = `${file}\n${what}`;
      const both = new Set([...(ofRule.get(key)?.variants ?? []), ...variants]);
      ofRule.set(key, { file, what, variants: order.filter((one) => both.has(one)) });
      found.set(id, ofRule);
    }
  }
  return new Map([...found].map(([id, ofRule]) => [id, [...ofRule.values()]]));
}

function read(name: string): { named: readonly string[]; what: string; variants: readonly string[] } {
  const words = (text: string) => text.split(/[\s:,]+/).filter((word) => word !== "");
  const [, first = "", variants = "", what = ""] = scenarioName.exec(name) ?? [];
  if (first !== "") return { named: words(first).filter((word) => ids.has(word)), what, variants: words(variants) };
  return { named: [...new Set(words(name))].filter((word) => ids.has(word)), what: name.split(" > ").at(-1) ?? name, variants: [] };
}
