import { expect } from "vitest";
import type { Case } from "./case.ts";
import { send } from "./send.ts";

const requests = 2000;
const atOnce = 40;
const tolerance = 3;
/** Chance puts one honest sample of some hundred outside of the tolerance, but not three. */
const samples = 3;

/** Sends 2,000 requests and holds who has answered how many. */
export async function holdShares(port: number, { ask, of }: NonNullable<Case["shares"]>): Promise<void> {
  const found: Record<string, number>[] = [];
  const fits = (shares: Record<string, number>) =>
    Object.keys({ ...of, ...shares }).every((name) => Math.abs((of[name] ?? 0) - (shares[name] ?? 0)) <= tolerance);
  while (found.length < samples && !found.some(fits)) found.push(await sample(port, ask));
  expect(found.some(fits), JSON.stringify({ found, wanted: of })).toBe(true);
}

/** Of a hundred requests how many each upstream, or each status without one, answers. */
async function sample(port: number, ask: NonNullable<Case["shares"]>["ask"]): Promise<Record<string, number>> {
  const shares: Record<string, number> = {};
  const sendSome = async () => {
    for (let i = 0; i < requests / atOnce; i++) {
      const { status, echo } = await send(port, ask);
      const name = echo?.upstream ?? String(status);
      shares[name] = (shares[name] ?? 0) + 100 / requests;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendSome));
  return shares;
}

/** Sends each of these five times, and holds that it always comes to one upstream, but not all of them to the same. */
export async function holdSticky(port: number, asks: NonNullable<Case["sticky"]>): Promise<void> {
  const upstreams = new Set<string | undefined>();
  for (const ask of asks) {
    const received = await Promise.all(Array.from({ length: 5 }, () => send(port, ask)));
    const names = new Set(received.map(({ echo }) => echo?.upstream));
    expect(names.size, JSON.stringify(ask)).toBe(1);
    for (const name of names) upstreams.add(name);
  }
  expect(upstreams.size).toBeGreaterThan(1);
}
