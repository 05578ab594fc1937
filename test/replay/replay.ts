import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { byCodePoint } from "../../src/problem/order.ts";
import { type Answer, answerOf, askOf, type Case } from "./case.ts";
import { type Received, send } from "./send.ts";
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
async function answers(running: World, { name, asks, problems = [] }: Case): Promise<void> {
  const codes = (running.problems.get(name) ?? []).filter(({ severity }) => severity !== "info").map(({ code }) => code);
  expect([...new Set(codes)].sort(byCodePoint)).toEqual(problems);
  for (const [ask, answer] of asks) {
    const received = await send(running.ports.get(name) ?? 0, ask);
    expect(seen(received, answerOf(answer)), `${JSON.stringify(askOf(ask))}\n${JSON.stringify(received)}`).toEqual(
      wanted(answerOf(answer), (text) => running.fill(name, text)),
    );
  }
}

/** What is wanted, with the ports that its texts name. */
function wanted({ text, ...answer }: Answer, fill: (text: string) => string): unknown {
  const filled = JSON.parse(fill(JSON.stringify({ status: 200, ...answer })));
  return { ...filled, ...(text === undefined ? {} : { text: typeof text === "string" ? text : expect.stringMatching(text) }) };
}

/** What was received, of the things that are wanted. */
function seen({ status, headers, text, echo }: Received, answer: Answer): unknown {
  const of = (have: Readonly<Record<string, unknown>>, names: object) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, have[name] ?? null]));
  return {
    status,
    ...(answer.from === undefined ? {} : { from: echo?.upstream }),
    ...(answer.path === undefined ? {} : { path: echo?.path }),
    ...(answer.saw === undefined ? {} : { saw: of(echo?.headers ?? {}, answer.saw) }),
    ...(answer.headers === undefined ? {} : { headers: of(headers, answer.headers) }),
    ...(answer.text === undefined ? {} : { text }),
  };
}
