import { type CommittedSecret, type FleetSecrets, wipe } from "../build/committed-secrets.ts";
import type { SecretId } from "../model/secret.ts";
import type { Found, SecretProvider } from "./provider.ts";

/** Secrets that are committed in the clear, as the worker tells them; none while it has told nothing (`secrets.allowPlaintext`, delivery.md 8). */
export class CommittedProvider implements SecretProvider {
  readonly name = "committed";
  #fleets: readonly FleetSecrets[] = [];

  /** Takes what is committed now, in the place of what was; the bytes are its own from here on. */
  take(fleets: readonly FleetSecrets[]): void {
    wipe(this.#fleets);
    this.#fleets = fleets;
  }

  find({ namespace, name }: SecretId, fleet: string): Found | undefined {
    const ofFleet = this.#fleets.find((one) => one.fleet === fleet)?.secrets ?? [];
    const found = ofFleet.find((one) => one.namespace === namespace && one.name === name);
    return found && { revision: found.revision, read: () => copyOf(found) };
  }
}

/** Whoever reads wipes what he has read. */
function copyOf({ values }: CommittedSecret): ReadonlyMap<string, Uint8Array> {
  return new Map([...values].map(([key, bytes]) => [key, Uint8Array.from(bytes)]));
}
