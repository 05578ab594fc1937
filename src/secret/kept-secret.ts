import { type SecretUse, secretIds, secretName } from "../model/secret.ts";
import type { Code } from "../problem/codes.ts";
import type { Severity } from "../problem/problem.ts";
import { lookUp } from "./look-up.ts";
import { type Material, materialOf } from "./material.ts";
import { BadSecret, uncovered } from "./pem.ts";
import type { SecretData, SecretProvider } from "./provider.ts";

/** What is wrong with a secret; of its bytes it says nothing. */
export interface SecretFinding {
  readonly code: Code;
  /** The name of its resource. */
  readonly name: string;
  readonly message: string;
  readonly fix?: string;
  /** Unless it is that of the code. */
  readonly severity?: Severity;
}

const day = 24 * 60 * 60 * 1000;
/** How long before its end a certificate is told to be about to expire (delivery.md 8). */
const early = 21 * day;

/** One secret that a fleet refers to, as it was last found. What was once good is kept while what takes its place cannot be used. */
export class KeptSecret {
  #use: SecretUse;
  #isRead = false;
  readonly #fleet: string;
  #material: Material | undefined;
  #revision: string | undefined;
  #fault: Omit<SecretFinding, "name"> | undefined;

  /** Nobody has looked for it yet. */
  constructor(use: SecretUse, fleet: string) {
    this.#use = use;
    this.#fleet = fleet;
  }

  get use(): SecretUse {
    return this.#use;
  }

  /** Takes another use of the same secret; gives `false` if what can be sent may be something else then. */
  reuse(use: SecretUse): boolean {
    if (this.#use.undecided !== use.undecided) return false;
    this.#use = use;
    return true;
  }

  /** Whether it was looked for. Until then it is not known whether it is there. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** What can be sent. */
  get material(): Material | undefined {
    return this.#material;
  }

  /** Looks whether it is another one now; gives whether what can be sent is. */
  look(providers: readonly SecretProvider[], now: number): boolean {
    const before = this.#material;
    this.#isRead = true;
    try {
      const located = lookUp(providers, secretIds(this.#use.reference), this.#fleet);
      if ("missing" in located) this.#lose(`${located.missing.namespace}/${located.missing.name}`, providers);
      else if (located.revision !== this.#revision) {
        this.#revision = located.revision;
        this.#fault = undefined;
        located.read((data) => this.#take(data, now));
      }
    } catch (error) {
      if (!(error instanceof BadSecret)) throw error;
      const kept = this.#material === undefined ? "it is not sent" : "the one from before is still sent";
      this.#fault = { code: "secret/invalid", message: `${error.message}; ${kept}` };
    }
    return this.#material?.resource.version !== before?.resource.version;
  }

  /** What is wrong with it at this time. */
  findings(now: number): readonly SecretFinding[] {
    const name = secretName(this.#use.reference);
    const found = [this.#fault, ...(this.#material === undefined ? [] : this.#aging(this.#material, now))];
    return found.filter((one) => one !== undefined).map((one) => ({ ...one, name }));
  }

  #lose(id: string, providers: readonly SecretProvider[]): void {
    this.#revision = undefined;
    this.#material = undefined;
    const names = providers.map(({ name }) => name).join(", ");
    this.#fault = {
      code: "secret/missing",
      message: `the secret ${id} is not there; proxies that have an older one keep it, in others handshakes fail`,
      fix: names === "" ? "configure a provider of secrets" : `give ${id} to one of the providers ${names}`,
    };
  }

  #take(data: readonly SecretData[], now: number): void {
    if (this.#use.undecided && data.some((one) => isTrue(one.get("cert_required")))) {
      this.#material = undefined;
      this.#fault = {
        code: "ambassador/cert-required-in-secret",
        message:
          "its key cert_required is true, and no document says whether clients must have a certificate; it is not sent, and handshakes fail",
        fix: "set cert_required in the document that uses it",
      };
      return;
    }
    const material = materialOf(this.#use.reference, data);
    const ends = material.certificate?.validToDate.getTime() ?? Number.POSITIVE_INFINITY;
    if (ends > now) this.#material = material;
    else {
      const kept = this.#material === undefined ? "it is not sent" : "the one from before is still sent";
      this.#fault = { code: "secret/expired", message: `its certificate has expired on ${date(ends)}; ${kept}` };
    }
  }

  #aging({ certificate }: Material, now: number): Omit<SecretFinding, "name">[] {
    if (certificate === undefined) return [];
    const found: Omit<SecretFinding, "name">[] = [];
    const ends = certificate.validToDate.getTime();
    if (ends <= now) found.push({ code: "secret/expired", message: `its certificate has expired on ${date(ends)}; it is still sent` });
    else if (ends <= now + early) found.push({ code: "secret/expiring", message: `its certificate expires on ${date(ends)}` });
    const others = uncovered(certificate, this.#use.hosts ?? []);
    if (others.length > 0) {
      found.push({ code: "secret/invalid", severity: "warning", message: `its certificate is not for ${others.join(", ")}; it is sent` });
    }
    return found;
  }
}

function date(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function isTrue(bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && Buffer.from(bytes).toString("latin1").trim().toLowerCase() === "true";
}
