import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { Access, type ApiToken, type Refusal, readOnly } from "./access.ts";
import { RequestError } from "./request-error.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const tokens: readonly ApiToken[] = [
  { name: "reader", sha256: sha256("r".repeat(32)), roles: ["viewer"] },
  { name: "oncall", sha256: sha256("o".repeat(32)), roles: ["operator"], fleets: ["edge"] },
  { name: "root", sha256: sha256("a".repeat(32)), roles: ["admin"] },
];
const bearer = (letter: string) => `Bearer ${letter.repeat(32)}`;

let refusals: Refusal[];
let now: number;
let access: Access;
beforeEach(() => {
  refusals = [];
  now = 0;
  access = new Access(
    { anonymous: false, tokens },
    (one) => refusals.push(one),
    () => now,
  );
});

/** The fault of what is refused; otherwise what it gives. */
function outcome(what: () => unknown): unknown {
  try {
    return what();
  } catch (error) {
    if (error instanceof RequestError) return error.fault;
    throw error;
  }
}

describe("reading", () => {
  test.each([
    [undefined, "unauthenticated"],
    ["", "unauthenticated"],
    ["Basic abc", "unauthenticated"],
    ["Bearer ", "unauthenticated"],
    [`Bearer ${"r".repeat(31)}`, "unauthenticated"],
    [`Bearer ${"x".repeat(5000)}`, "unauthenticated"],
    [bearer("r"), undefined],
    [`bearer ${"r".repeat(32)}`, undefined],
    [bearer("o"), undefined],
  ])("with %s: %s", (authorization, fault) => {
    expect(outcome(() => access.read(authorization))).toBe(fault);
    expect(refusals).toHaveLength(fault === undefined ? 0 : 1);
  });

  test("without a token where anybody may; a wrong one is refused all the same", () => {
    expect(outcome(() => readOnly.read(undefined))).toBeUndefined();
    expect(outcome(() => readOnly.read(bearer("r")))).toBe("unauthenticated");
  });
});

describe("changing", () => {
  test.each([
    [undefined, "edge", "unauthenticated"],
    [bearer("r"), "edge", "role-required"],
    [bearer("o"), "edge", "oncall"],
    [bearer("o"), "other", "role-required"],
    [bearer("o"), undefined, "role-required"],
    [bearer("a"), "other", "root"],
    [bearer("a"), undefined, "root"],
  ])("with %s for the fleet %s: %s", (authorization, fleet, result) => {
    expect(outcome(() => access.operate(authorization, fleet))).toBe(result);
  });

  test("nobody may without tokens", () => {
    expect(outcome(() => readOnly.operate(undefined, "edge"))).toBe("unauthenticated");
  });

  test("at most 60 times in a minute with one token", () => {
    const results = Array.from({ length: 61 }, () => outcome(() => access.operate(bearer("a"))));
    expect([results.filter((one) => one === "root").length, results.at(-1)]).toEqual([60, "too-many"]);
    expect(outcome(() => access.operate(bearer("o"), "edge"))).toBe("oncall");
    now += 1000;
    expect(outcome(() => access.operate(bearer("a")))).toBe("root");
  });

  test("who is refused is told, and the token is not", () => {
    outcome(() => access.operate(bearer("r"), "edge", "10.0.0.7"));
    outcome(() => access.operate(bearer("z"), "edge", "10.0.0.7"));
    expect(refusals).toMatchObject([{ name: "reader", address: "10.0.0.7" }, { address: "10.0.0.7" }]);
    expect(JSON.stringify(refusals)).not.toContain("zzzz");
  });
});
