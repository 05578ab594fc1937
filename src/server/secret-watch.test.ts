import { afterEach, expect, test } from "vitest";
import type { SecretReference } from "../model/secret.ts";
import { Secrets } from "../secret/secrets.ts";
import { nextSnapshot } from "../snapshot/snapshots.ts";
import { SecretWatch } from "./secret-watch.ts";

let watch: SecretWatch | undefined;
afterEach(() => watch?.close());

/** A watch over secrets of which there are none; what it does stands in `events`, in order. */
function start(find: (name: string) => undefined) {
  const events: string[] = [];
  const done = Promise.withResolvers<void>();
  const secrets = new Secrets(
    [
      {
        name: "slow",
        find: ({ name }) => {
          events.push(name);
          return find(name);
        },
      },
    ],
    () => 0,
  );
  watch = new SecretWatch({
    secrets,
    places: async () => [],
    read: () => {
      events.push("shown");
      done.resolve();
    },
    rotated: () => events.push("rotated"),
    expiries: () => undefined,
    problems: (problems) => events.push(`${problems.length} problems`),
    failed: (error) => events.push(String(error)),
  });
  return { watch, events, done: done.promise };
}

function snapshot(fleet: string, ...names: readonly string[]) {
  const uses = names.map((name): { reference: SecretReference } => ({ reference: { kind: "tls", secret: { namespace: "n", name } } }));
  return nextSnapshot(undefined, "1".repeat(40), fleet, [], [], uses);
}

const nine = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

test("secrets are read a few at a time, after what was under way, and other work has its turn in between", async () => {
  const { watch, events, done } = start(() => undefined);
  watch.published(snapshot("edge", ...nine));
  events.push("published");
  const other = () => {
    events.push("other");
    if (!events.includes("shown")) setImmediate(other);
  };
  setImmediate(other);
  await done;
  const turns = events
    .join(" ")
    .split(" other")
    .map((turn) => turn.trim());
  expect(turns.slice(0, 3)).toEqual(["published 1 2 3 4", "5 6 7 8", "9 shown"]);
});

test("a snapshot that comes while others are read is read with them, and what it no longer needs is not", async () => {
  const { watch, events, done } = start(() => undefined);
  watch.published(snapshot("edge", ...nine));
  watch.published(snapshot("edge", "1", "2"));
  watch.published(snapshot("mesh", "3"));
  await done;
  expect(events.slice(0, 4)).toEqual(["1", "2", "3", "shown"]);
});

test("what is missing is told when it was looked for, all at once", async () => {
  const { watch, events, done } = start(() => undefined);
  watch.published(snapshot("edge", "1", "2", "3", "4", "5"));
  await done;
  await Promise.resolve();
  await new Promise(setImmediate);
  expect(events).toEqual(["1", "2", "3", "4", "5", "shown", "5 problems"]);
});

test("a provider that fails keeps no other secret from being read", async () => {
  const { watch, events, done } = start((name) => {
    if (name === "1") throw new Error("broken");
    return undefined;
  });
  watch.published(snapshot("edge", "1", "2"));
  await done;
  expect(events.slice(0, 3)).toEqual(["1", "2", "shown"]);
});
