import type { FleetSettings } from "../language.ts";
import type { Host } from "./host-slots.ts";
import { addressOf, type Listener } from "./listener-plan.ts";

/** Which Hosts are served over HTTP/3, and how the Listener on the TCP port of the same address and number says so (ambassador.md 7.4). */
export class AltSvc {
  readonly #value: string;
  readonly #fleet: FleetSettings;
  readonly #byPort = new Map<string, readonly Host[]>();

  constructor(port: number, fleet: FleetSettings) {
    this.#value = `h3=":${port}"; ma=86400, h3-29=":${port}"; ma=86400`;
    this.#fleet = fleet;
  }

  /** Takes note of the Hosts that have chains of their own on a Listener. */
  note(listener: Listener, secured: readonly Host[]): void {
    if (listener.spec.stack.transport === "udp") this.#byPort.set(this.#key(listener), secured);
  }

  /** The header of each Host that has one on a Listener; those over UDP must have been noted before. */
  of(listener: Listener): ReadonlyMap<Host, string> {
    if (listener.spec.stack.transport === "udp") return new Map();
    return new Map((this.#byPort.get(this.#key(listener)) ?? []).map((host) => [host, this.#value]));
  }

  #key({ spec }: Listener): string {
    return `${addressOf(spec, this.#fleet)} ${spec.port}`;
  }
}
