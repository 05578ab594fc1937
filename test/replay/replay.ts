import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { byCodePoint } from "../../src/problem/order.ts";
import { until } from "../../src/server/demo/until.ts";
import { type Answer, answerOf, askOf, type Case } from "./case.ts";
import { holdSaid } from "./said.ts";
import { type Received, send } from "./send.ts";
import { holdShares, holdSticky } from "./shares.ts";
import { type World, world } from "./world.ts";

/** Has one Envoy serve all cases of some tables, and holds each of their answers. */
export function replay(tables: Readonly<Record<string, readonly Case[]>>): void {
  let running: World;
  beforeAll(async () => {
    running = await world(Object.values(tables).flat());
  });
  afterAll(() => running?.stop());

  for (const [table, cases] of Object.entries(tables)) {
    describe(table, () => {
      test.each(cases)("$name", (one) => answers(running, one));
    });
  }
}

/** Sends what a case asks, and holds the answers. */
async function answers(
  running: World,
  { name, asks = [], shares, sticky, seen: comes = {}, logged = [], problems = [] }: Case,
): Promise<void> {
  const codes = (running.problems.get(name) ?? []).filter(({ severity }) => severity !== "info").map(({ code }) => code);
  expect([...new Set(codes)].sort(byCodePoint)).toEqual(problems);
  const port = running.ports.get(name) ?? 0;
  for (const [asked, answer] of asks) {
    const ask = askOf(asked);
    const received = await send(
      port,
      { ...ask, url: running.fill(name, ask.url) },
      ask.certificate === "revoked" ? running.revoked : running.tls,
    );
    expect(seen(received, answerOf(answer)), `${JSON.stringify(ask)}\n${JSON.stringify(received)}`).toEqual(
      wanted(answerOf(answer), (text) => running.fill(name, text)),
    );
    const plan = running.plans.get(name);
    if (plan !== undefined) holdSaid(plan, { ...ask, url: running.fill(name, ask.url) }, received);
  }
  if (shares !== undefined) await holdShares(port, shares);
  if (sticky !== undefined) await holdSticky(port, sticky);
  for (const [server, pattern] of Object.entries(comes)) {
    await until(`${pattern} at ${server}`, () => running.servers.get(server)?.seen.some((one) => new RegExp(pattern).test(one)));
  }
  for (const pattern of logged) {
    await until(`a line ${pattern}`, () => new RegExp(pattern, "m").test(readFileSync(running.fill(name, "$log"), "utf8")));
  }
}

/** What is wanted, with the ports that its texts name. */
function wanted(answer: Answer, fill: (text: string) => string): unknown {
  const one = (value: unknown): unknown => {
    if (typeof value === "string") return fill(value);
    if (value instanceof RegExp) return expect.stringMatching(value);
    return typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, of]) => [name, one(of)]))
      : value;
  };
  return one({ status: 200, ...answer });
}

/** What was received, of the things that are wanted. */
function seen({ status, headers, text: body, echo }: Received, answer: Answer): unknown {
  const of = (have: Readonly<Record<string, unknown>>, names: object) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, text(have[name])]));
  return {
    status,
    ...(answer.from === undefined ? {} : { from: echo?.upstream }),
    ...(answer.path === undefined ? {} : { path: echo?.path }),
    ...(answer.saw === undefined ? {} : { saw: of(echo?.headers ?? {}, answer.saw) }),
    ...(answer.headers === undefined ? {} : { headers: of(headers, answer.headers) }),
    ...(answer.text === undefined ? {} : { text: body }),
  };
}

/** A header that has come several times as one text. */
function text(value: unknown): string | null {
  return value === undefined ? null : String(value);
}
