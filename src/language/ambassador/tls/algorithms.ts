import { type Finding, finding } from "../../../problem/finding.ts";
import { didYouMean } from "../../suggestion.ts";

/** Cipher suites up to TLS 1.2 that BoringSSL knows, by both of its names. */
const suites: ReadonlySet<string> = new Set(
  `ECDHE-ECDSA-AES128-GCM-SHA256 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 ECDHE-RSA-AES128-GCM-SHA256 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
   ECDHE-ECDSA-AES256-GCM-SHA384 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 ECDHE-RSA-AES256-GCM-SHA384 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
   ECDHE-ECDSA-CHACHA20-POLY1305 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 ECDHE-RSA-CHACHA20-POLY1305
   TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 ECDHE-ECDSA-AES128-SHA TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA ECDHE-RSA-AES128-SHA
   TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA ECDHE-ECDSA-AES256-SHA TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA ECDHE-RSA-AES256-SHA
   TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA AES128-GCM-SHA256 TLS_RSA_WITH_AES_128_GCM_SHA256 AES256-GCM-SHA384 TLS_RSA_WITH_AES_256_GCM_SHA384
   AES128-SHA TLS_RSA_WITH_AES_128_CBC_SHA AES256-SHA TLS_RSA_WITH_AES_256_CBC_SHA`.split(/\s+/),
);

/** Always on where TLS 1.3 is spoken; Envoy refuses to be given them. */
const suites13: ReadonlySet<string> = new Set("TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256".split(" "));

const curves: ReadonlySet<string> = new Set("P-224 P-256 P-384 P-521 X25519 X25519MLKEM768".split(" "));

/** A list without what cannot be used; `none`: something was wanted, and nothing is left. */
interface Algorithms {
  readonly names: readonly string[];
  readonly none: boolean;
}

/** The cipher suites that Envoy takes; one entry may be a choice of equal preference: `[A|B]`. Only suites of TLS 1.3 are as good as none at all. */
export function withoutBadSuites(list: readonly string[] | undefined, pointer: string, findings: Finding[]): Algorithms {
  let bad = false;
  const names = (list ?? []).flatMap((name, i) => {
    if (
      name.split(/^\[|\||\]$/).every((one, k, all) => (one === "" ? k === 0 || k === all.length - 1 : suites.has(one))) &&
      isChoice(name)
    ) {
      return [name];
    }
    if (!suites13.has(name)) bad = true;
    const message = suites13.has(name) ? `${name} is always on and cannot be listed` : `${name} is no cipher suite that Envoy knows`;
    findings.push(badCipher(`${pointer}/${i}`, message, name, suites));
    return [];
  });
  return { names, none: bad && names.length === 0 };
}

/** The curves that Envoy takes. */
export function withoutBadCurves(list: readonly string[] | undefined, pointer: string, findings: Finding[]): Algorithms {
  const names = (list ?? []).filter((name, i) => {
    if (!curves.has(name)) findings.push(badCipher(`${pointer}/${i}`, `${name} is no curve that Envoy knows`, name, curves));
    return curves.has(name);
  });
  return { names, none: (list ?? []).length > 0 && names.length === 0 };
}

function isChoice(name: string): boolean {
  return name !== "" && name.startsWith("[") === name.endsWith("]");
}

function badCipher(pointer: string, message: string, name: string, known: ReadonlySet<string>): Finding {
  const fix = suites13.has(name) ? "remove it" : didYouMean(name, [...known]);
  return finding("ambassador/bad-cipher", pointer, message, fix === undefined ? {} : { fix });
}
