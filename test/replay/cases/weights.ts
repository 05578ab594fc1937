import type { Case } from "../case.ts";

const ask = "http://any.example/w/";

/** How members of a group share its requests, and who is sent copies (ambassador.md 6). */
export const weights: readonly Case[] = [
  {
    name: "30 for the canary, the rest for the other",
    documents: `"Mapping stable": {hostname: "*", prefix: /w/, service: one}, "Mapping canary": {hostname: "*", prefix: /w/, service: two, weight: 30}`,
    shares: { ask, of: { one: 70, two: 30 } },
  },
  {
    name: "a canary with a timeout of its own has the same share",
    documents: `"Mapping stable": {hostname: "*", prefix: /w/, service: one}, "Mapping canary": {hostname: "*", prefix: /w/, service: two, weight: 30, timeout_ms: 9000}`,
    shares: { ask, of: { one: 70, two: 30 } },
  },
  {
    name: "20, 30 and 50, each with a rewrite of its own",
    documents: `
      "Mapping a": {hostname: "*", prefix: /w/, service: one, weight: 20, rewrite: /a/},
      "Mapping b": {hostname: "*", prefix: /w/, service: two, weight: 30, rewrite: /b/},
      "Mapping c": {hostname: "*", prefix: /w/, service: three, weight: 50, rewrite: /c/}`,
    shares: { ask, of: { one: 20, two: 30, three: 50 } },
  },
  {
    name: "30 and 20 with nothing else are 60 and 40",
    documents: `"Mapping a": {hostname: "*", prefix: /w/, service: one, weight: 30}, "Mapping b": {hostname: "*", prefix: /w/, service: two, weight: 20}`,
    problems: ["ambassador/weights-underflow"],
    shares: { ask, of: { one: 60, two: 40 } },
  },
  {
    name: "30 and 20 in two routes are 60 and 40, and nothing falls to the shorter prefix",
    documents: `
      "Mapping a": {hostname: "*", prefix: /w/, service: one, weight: 30, rewrite: /a/}, "Mapping b": {hostname: "*", prefix: /w/, service: two, weight: 20},
      "Mapping root": {hostname: "*", prefix: /, service: three}`,
    problems: ["ambassador/weights-underflow"],
    shares: { ask, of: { one: 60, two: 40 } },
  },
  {
    name: "80 and 80 are halves",
    documents: `"Mapping a": {hostname: "*", prefix: /w/, service: one, weight: 80}, "Mapping b": {hostname: "*", prefix: /w/, service: two, weight: 80}`,
    problems: ["ambassador/weights-overflow"],
    shares: { ask, of: { one: 50, two: 50 } },
  },
  {
    name: "a member that cannot be built answers 503 for its share",
    documents: `"Mapping a": {hostname: "*", prefix: /w/, service: one}, "Mapping b": {hostname: "*", prefix: /w/, service: "two:99999", weight: 20}`,
    problems: ["ambassador/bad-service"],
    shares: { ask, of: { one: 80, 503: 20 } },
  },
  {
    name: "two without weight share evenly",
    documents: `"Mapping a": {hostname: "*", prefix: /w/, service: one}, "Mapping b": {hostname: "*", prefix: /w/, service: two}`,
    problems: ["ambassador/unweighted-split"],
    shares: { ask, of: { one: 50, two: 50 } },
  },
  {
    name: "weight 0 gets nothing, weight 100 everything",
    documents: `"Mapping a": {hostname: "*", prefix: /w/, service: one, weight: 0}, "Mapping b": {hostname: "*", prefix: /w/, service: two, weight: 100}`,
    asks: Array.from({ length: 20 }, () => [ask, "two"] as const),
  },
  {
    name: "one member gets everything, whatever its weight",
    documents: `"Mapping a": {hostname: "*", prefix: /w/, service: one, weight: 5}`,
    asks: Array.from({ length: 20 }, () => [ask, "one"] as const),
  },
  {
    name: "a shadow is sent copies, and answers nobody",
    documents: `"Mapping m": {hostname: "*", prefix: /m/, rewrite: /shadowed/, service: one}, "Mapping sh": {hostname: "*", prefix: /m/, service: two, shadow: true}`,
    asks: [["http://any.example/m/1", "one /shadowed/1"]],
    seen: { two: "^/shadowed/1$" },
  },
  {
    name: "a shadow without a member that answers is dropped",
    documents: `"Mapping sh": {hostname: "*", prefix: /m/, service: two, shadow: true}`,
    problems: ["ambassador/shadow-without-primary"],
    asks: [["http://any.example/m/", 404]],
  },
];
