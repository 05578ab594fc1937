import type { Control, ControlOutcome, FleetControlRequest, SourceControlRequest } from "../api/control.ts";
import { type AuditEntry, operatorActor } from "../audit/record.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { before } from "../delivery/fleet-action.ts";
import type { Oid } from "../git/object.ts";
import { defaultFleet, type FleetDocument } from "../language/portolan/fleet.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { offerOf } from "./build-of.ts";

/** What operators act upon. */
export interface OperatorOptions {
  readonly delivery: Delivery;
  readonly requireReason: boolean;
  readonly now: () => number;
  /** The newest snapshot that is kept of a commit, given by its id or an unambiguous beginning of it. */
  readonly find: (sha: string, fleet: string) => Manifest | undefined;
  /** Rejects if its bytes cannot be had. */
  readonly load: (manifest: Manifest) => Promise<Snapshot>;
  /** The Fleet document of the commit; `undefined`: there was none, or nobody knows. */
  readonly document: (manifest: Manifest) => Promise<FleetDocument | undefined>;
  /** Why nothing may be changed that does not protect traffic; `undefined`: it may. */
  readonly unrecorded: () => string | undefined;
  readonly record: (entry: AuditEntry) => void;
  /** Sends once more what the nodes of a fleet have rejected. */
  readonly retry: (fleet: string) => void;
  /** Takes out of a text what must not be seen. */
  readonly redact: (text: string) => string;
  /** Lets a rewritten tip pass once; `undefined`: none is held whose id begins with these digits. */
  readonly accept: (digits: string) => Promise<Oid | undefined>;
}

/** Does what operators ask for, with what the server has. */
export class Operator implements Control {
  readonly #options: OperatorOptions;

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  get requireReason(): boolean {
    return this.#options.requireReason;
  }

  async fleet(request: FleetControlRequest): Promise<ControlOutcome> {
    const { delivery, unrecorded } = this.#options;
    const { action: kind, commit, address: _, ...asked } = request;
    const wanted = { ...asked, reason: this.#options.redact(asked.reason) };
    const isRelease = kind === "unpin" || kind === "resume";
    const why = isRelease ? unrecorded() : undefined;
    if (why !== undefined) return { done: false, why: "unwritable", detail: why };
    if (kind !== "pin" && kind !== "rollback") {
      const outcome = await delivery.request({ ...wanted, kind });
      if (outcome.done && kind === "resume") this.#options.retry(wanted.fleet);
      return outcome;
    }
    const record = delivery.record(wanted.fleet);
    if (record === undefined) return { done: false, why: "unknown", detail: `there is no fleet ${wanted.fleet}` };
    const sha = commit ?? before(record)?.commit;
    if (sha === undefined)
      return { done: false, why: "refused", detail: "there is no completed snapshot with other content before the baseline" };
    const pinned = await this.#pinned(sha, wanted.fleet);
    if (pinned === undefined)
      return { done: false, why: "unknown", detail: `no single snapshot of ${sha} is kept for the fleet ${wanted.fleet}` };
    return delivery.request({ ...wanted, kind, pinned });
  }

  async source({ source, action, by, address, reason: said, until, accept }: SourceControlRequest): Promise<ControlOutcome> {
    const { delivery, now, unrecorded, redact } = this.#options;
    const why = action === "resume" ? unrecorded() : undefined;
    if (why !== undefined) return { done: false, why: "unwritable", detail: why };
    const reason = redact(said);
    const commit = accept === undefined ? undefined : await this.#options.accept(accept);
    if (accept !== undefined && commit === undefined)
      return { done: false, why: "refused", detail: `${accept} is no tip of ${source} that is held and may be accepted` };
    const hold = { by, reason, since: now(), ...(until === undefined ? {} : { until }) };
    const isAccepted = commit !== undefined && delivery.sourceHold(source) === undefined;
    const outcome = isAccepted ? ({ done: true } as const) : await delivery.holdSource(source, action === "hold" ? hold : undefined);
    const type = action === "hold" ? "fleet.held" : "fleet.resumed";
    if (outcome.done)
      this.#options.record({
        type,
        actor: operatorActor(by, address),
        sources: [{ name: source }],
        ...(commit && { commit }),
        outcome: "ok",
        reason,
      });
    return outcome;
  }

  async #pinned(sha: string, fleet: string) {
    const { find, load, document } = this.#options;
    const manifest = find(sha, fleet);
    const snapshot = manifest && (await load(manifest).catch(() => undefined));
    if (manifest === undefined || snapshot === undefined) return undefined;
    return { snapshot, offer: offerOf({ snapshot, manifest }, (await document(manifest)) ?? defaultFleet) };
  }
}
