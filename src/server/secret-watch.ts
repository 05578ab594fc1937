import type { SecretProviderConfig } from "../cli/config/config.ts";
import type { Oid } from "../git/object.ts";
import { codes } from "../problem/codes.ts";
import type { Location, Problem } from "../problem/problem.ts";
import { DirectoryProvider } from "../secret/directory.ts";
import { EnvironmentProvider } from "../secret/environment.ts";
import type { SecretProvider } from "../secret/provider.ts";
import { type FleetFinding, Secrets } from "../secret/secrets.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** Milliseconds between looks, in each of which a tenth of the secrets has its turn: every one is looked at once a second. */
const interval = 100;
/** Looks are calls of the file system on the thread that serves; with more than ten times as many secrets it takes longer than a second. */
const most = 20;

/** Secrets that are read before it is somebody else's turn on the thread that serves; each takes about a millisecond. */
const atOnce = 4;

/** What a watch is told with. */
export interface SecretWatchOptions {
  readonly secrets: Secrets;
  /** The documents that refer to a secret. It may reject, and then no place is known. */
  places(fleet: string, name: string, commit: Oid): Promise<readonly Location[]>;
  /** Secrets that are new were looked for, and what was found can be sent. */
  read(): void;
  /** There is something else to send now. */
  rotated(): void;
  /** Seconds until each certificate expires, by the name of its secret. */
  expiries(seconds: ReadonlyMap<string, number>): void;
  /** These problems are all that there are. */
  problems(problems: readonly Problem[]): void;
  failed(error: unknown): void;
}

/**
 * Reads the secrets of the newest snapshots, a few at a time, so that nothing else has to wait for them; looks at them every second, some at a time; and tells
 * what is wrong with them at the documents that refer to them.
 */
export class SecretWatch {
  readonly #options: SecretWatchOptions;
  readonly #commits = new Map<string, Oid>();
  readonly #timer: NodeJS.Timeout;
  #reading: NodeJS.Immediate | undefined;
  #told = "[]";

  constructor(options: SecretWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.look(), interval);
    this.#timer.unref();
  }

  /** A fleet has a new snapshot. Those of its secrets that are new are read afterwards. */
  published(snapshot: Snapshot): void {
    this.#commits.set(snapshot.fleet, snapshot.commit);
    this.#options.secrets.publish(snapshot);
    this.#readOn();
    void this.#tell();
  }

  /** Looks now. */
  look(): void {
    try {
      const { secrets, rotated } = this.#options;
      // With very many that are new, those who wait for the first need not wait for the last.
      this.#show();
      if (secrets.look(Math.min(most, Math.ceil(secrets.count / 10)))) rotated();
      void this.#tell();
    } catch (error) {
      this.#options.failed(error);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    clearImmediate(this.#reading);
  }

  #readOn(): void {
    this.#reading ??= setImmediate(() => {
      this.#reading = undefined;
      try {
        if (this.#options.secrets.read(atOnce)) this.#readOn();
        else this.#show();
      } catch (error) {
        this.#options.failed(error);
        this.#readOn();
      }
    });
  }

  #show(): void {
    if (!this.#options.secrets.show()) return;
    this.#options.read();
    void this.#tell();
  }

  async #tell(): Promise<void> {
    const now = Date.now();
    this.#options.expiries(new Map([...this.#options.secrets.ends()].map(([name, end]) => [name, (end - now) / 1000])));
    const findings = this.#options.secrets.findings();
    const told = JSON.stringify([findings, [...this.#commits]]);
    if (told === this.#told || (findings.length === 0 && this.#told === "[]")) return;
    this.#told = findings.length === 0 ? "[]" : told;
    const problems = await Promise.all(findings.map((found) => this.#problem(found)));
    // Of two that were under way the later counts.
    if (this.#told === told || findings.length === 0) this.#options.problems(problems);
  }

  async #problem({ code, fleet, name, message, fix, severity }: FleetFinding): Promise<Problem> {
    const places = await this.#options.places(fleet, name, this.#commits.get(fleet) ?? "").catch(() => []);
    const [at = { source: "", path: "" }, ...others] = places;
    return {
      code,
      severity: severity ?? codes[code].severity,
      effect: severity === "warning" ? "none" : codes[code].effect,
      message: `${name}: ${message}`,
      at,
      ...(fix === undefined ? {} : { fix }),
      related: others.map((place) => ({ why: "cause", at: place })),
    };
  }
}

/** The secrets of a server with these providers; `last` are asked when none of them has a secret. */
export function openSecrets(providers: readonly SecretProviderConfig[], ...last: readonly SecretProvider[]): Secrets {
  return new Secrets([...providers.map(open), ...last], Date.now);
}

function open(config: SecretProviderConfig): SecretProvider {
  if (config.type === "directory") return new DirectoryProvider(config.name, config.path);
  return new EnvironmentProvider(config.name, config.prefix, process.env);
}
