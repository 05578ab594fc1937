import { createHash, timingSafeEqual } from "node:crypto";
import { TokenBucket } from "../xds/token-bucket.ts";
import { RequestError } from "./request-error.ts";

/** What somebody may do; each includes those before it. */
export const roles = ["viewer", "operator", "admin"] as const;
/** One of {@link roles}. */
export type Role = (typeof roles)[number];

/** A bearer token that is known by its hash. */
export interface ApiToken {
  readonly name: string;
  /** SHA-256 of the token in hex. */
  readonly sha256: string;
  readonly roles: readonly Role[];
  /** The fleets whose delivery it may change; absent: all. */
  readonly fleets?: readonly string[];
}

/** Who may do what. */
export interface AccessSettings {
  /** Whether everybody who reaches the API may read. */
  readonly anonymous: boolean;
  readonly tokens: readonly ApiToken[];
}

/** Somebody who was refused, for the audit log. */
export interface Refusal {
  /** The name of a token that is known. */
  readonly name?: string;
  readonly address?: string;
  readonly reason: string;
}

/** Changing requests of one token in a minute (delivery.md 11.1). */
const perMinute = 60;
/** Longer texts are no tokens. */
const longest = 4096;

/** Decides by bearer tokens who may do what (delivery.md 11.2). */
export class Access {
  readonly #settings: AccessSettings;
  readonly #refused: (refusal: Refusal) => void;
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();

  /** `now` gives milliseconds of any clock that only goes forward. */
  constructor(settings: AccessSettings, refused: (refusal: Refusal) => void = () => {}, now: () => number = () => performance.now()) {
    this.#settings = settings;
    this.#refused = refused;
    this.#now = now;
  }

  /** Lets somebody read. Throws a {@link RequestError} otherwise. */
  read(authorization: string | undefined, address?: string): void {
    if (this.#settings.anonymous && authorization === undefined) return;
    this.#known(authorization, address);
  }

  /** Lets somebody change the delivery to a fleet, or without one that of all; gives the name. Throws a {@link RequestError} otherwise. */
  operate(authorization: string | undefined, fleet?: string, address?: string): string {
    const token = this.#known(authorization, address);
    const { name } = token;
    if (!token.roles.some((role) => roles.indexOf(role) >= roles.indexOf("operator")))
      throw this.#refuse("role-required", `${name} may read only; this needs the role operator`, name, address);
    if (token.fleets !== undefined && (fleet === undefined || !token.fleets.includes(fleet)))
      throw this.#refuse("role-required", `${name} may change the fleets ${token.fleets.join(", ")} only`, name, address);
    const bucket = this.#buckets.get(name) ?? new TokenBucket({ perSecond: perMinute / 60, burst: perMinute }, this.#now());
    this.#buckets.set(name, bucket);
    if (!bucket.has(this.#now())) throw new RequestError("too-many", `${name} has made ${perMinute} changes in a minute`);
    bucket.take(this.#now());
    return name;
  }

  #known(authorization: string | undefined, address: string | undefined): ApiToken {
    const given = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
    if (given === undefined || given.length > longest)
      throw this.#refuse("unauthenticated", "a bearer token is needed: --token or PORTOLAN_TOKEN of the command line", undefined, address);
    const hash = createHash("sha256").update(given).digest();
    // Every token is compared, so that the time tells nothing.
    const found = this.#settings.tokens.filter(({ sha256 }) => timingSafeEqual(hash, Buffer.from(sha256, "hex")));
    const [token] = found;
    if (token === undefined) throw this.#refuse("unauthenticated", "the bearer token is not known", undefined, address);
    return token;
  }

  #refuse(fault: "unauthenticated" | "role-required", reason: string, name: string | undefined, address: string | undefined): RequestError {
    this.#refused({ reason, ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { address }) });
    return new RequestError(fault, reason);
  }
}

/** Everybody may read, and nobody change. */
export const readOnly = new Access({ anonymous: true, tokens: [] });
