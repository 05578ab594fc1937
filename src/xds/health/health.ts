/** What is told of a service (grpc.health.v1, `HealthCheckResponse.ServingStatus`). */
export const serving = { serving: 1, notServing: 2, unknownService: 3 } as const;

/** One of the above. */
export type Serving = (typeof serving)[keyof typeof serving];

/** Whether the services of one port are being served: all of them or none, and no others are known (gRPC health checking protocol). */
export class Health {
  readonly #names: ReadonlySet<string>;
  readonly #watchers = new Set<() => void>();
  #serving = false;

  /** `names`: full names of the services; the server as a whole, the empty name, is known too. It begins with not serving. */
  constructor(names: readonly string[]) {
    this.#names = new Set(["", ...names]);
  }

  /** From now on the services are served, or are not. */
  set(isServing: boolean): void {
    if (isServing === this.#serving) return;
    this.#serving = isServing;
    for (const tell of this.#watchers) tell();
  }

  /** What holds now for a service. */
  of(name: string): Serving {
    if (!this.#names.has(name)) return serving.unknownService;
    return this.#serving ? serving.serving : serving.notServing;
  }

  /** Tells what holds now, and whenever it changes; the result ends that. */
  watch(name: string, tell: (status: Serving) => void): () => void {
    const again = () => tell(this.of(name));
    again();
    // One that is not known will not be: services are registered before the port is opened.
    if (this.#names.has(name)) this.#watchers.add(again);
    return () => this.#watchers.delete(again);
  }
}
