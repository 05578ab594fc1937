import type { JsonObject } from "../../model/json.ts";
import { byCodePoint } from "../../problem/order.ts";
import { textOf } from "../../route/difference/leaves.ts";
import type { Way } from "./action.ts";
import { objects } from "./json.ts";

/**
 * What becomes of the requests of one match, by shares: a group of routes with cumulative fractions and a route with weighted clusters that do the same
 * have the same form.
 */
export class Shares {
  readonly #upstream: (name: string) => JsonObject;
  readonly #ways = new Map<string, { share: number; upstream?: JsonObject; fields: JsonObject }>();
  /** The share of requests that is spoken for, of 1. */
  #taken = 0;

  constructor(upstream: (name: string) => JsonObject) {
    this.#upstream = upstream;
  }

  /** Adds the next route of this match, which takes what is left of the first `cumulative` of 1. */
  add(cumulative: number, ways: readonly Way[]): void {
    const own = cumulative - this.#taken;
    if (own <= 0) return;
    this.#taken = cumulative;
    for (const { share, cluster, fields } of ways) {
      if (share === 0) continue;
      const whole = {
        ...(cluster === undefined ? {} : { upstream: this.#upstream(cluster) }),
        fields: withMirrors(fields, this.#upstream),
      };
      const key = textOf(whole);
      const before = this.#ways.get(key)?.share ?? 0;
      this.#ways.set(key, { ...whole, share: before + own * share });
    }
  }

  /** The form of a route. If several ways differ in their upstream only, `upstream` lists them; else `shares` has them whole, and so has one that leaves requests to others. */
  form(): JsonObject {
    const ways = [...this.#ways].sort(([a], [b]) => byCodePoint(a, b)).map(([, way]) => way);
    const [first] = ways;
    const percent = (share: number) => Math.round(share * 10_000) / 100;
    const isWhole = percent(this.#taken) === 100;
    if (first !== undefined && isWhole && ways.every(({ fields }) => textOf(fields) === textOf(first.fields))) {
      const [only, ...others] = ways.map(({ share, upstream }) => ({ percent: percent(share), ...upstream }));
      if (others.length > 0) return { ...first.fields, upstream: [only, ...others] as readonly JsonObject[] };
      return { ...first.fields, ...(first.upstream === undefined ? {} : { upstream: first.upstream }) };
    }
    return { shares: ways.map(({ share, upstream, fields }) => ({ percent: percent(share), ...fields, ...(upstream && { upstream }) })) };
  }
}

/** Mirrors go to clusters, too. */
function withMirrors({ request_mirror_policies: mirrors, ...fields }: JsonObject, upstream: (name: string) => JsonObject): JsonObject {
  if (mirrors === undefined) return fields;
  return {
    ...fields,
    request_mirror_policies: objects(mirrors).map(({ cluster, runtime_fraction: fraction, ...rest }) => ({
      ...rest,
      upstream: upstream(String(cluster)),
      ...(fraction === undefined ? {} : { fraction: fractionOf(fraction as JsonObject) }),
    })),
  };
}

function fractionOf({ default_value: value }: JsonObject): JsonObject {
  return { ...(value as JsonObject | undefined) };
}
