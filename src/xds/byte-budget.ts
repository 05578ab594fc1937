interface Taken {
  readonly bytes: number;
  readonly since: number;
}

/** So long bytes that nobody reads are counted, in milliseconds: a client that does not read must not keep the others waiting. */
const patience = 500;

/** Bytes that are written and that HTTP/2 has not taken over yet, of all streams together (xds.md 5.1). */
export class ByteBudget {
  readonly #bytes: number;
  /** In the order in which they were taken. */
  readonly #taken = new Set<Taken>();
  #sum = 0;
  /** Bytes that were ever taken. */
  total = 0;
  #forgiving: NodeJS.Timeout | undefined;
  /** Called when there is room again after there was none. */
  freed: () => void = () => {};

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Nothing may be written now. */
  get spent(): boolean {
    return this.#sum >= this.#bytes;
  }

  /** Takes bytes, even if there are not so many left; the result gives them back and may be called again. */
  take(bytes: number): () => void {
    const one = { bytes, since: performance.now() };
    this.#taken.add(one);
    this.#sum += bytes;
    this.total += bytes;
    if (this.spent) this.#forgiving ??= setTimeout(() => this.#forgive(), patience);
    return () => this.#give(one);
  }

  #give(one: Taken): void {
    if (!this.#taken.delete(one)) return;
    const wasSpent = this.spent;
    this.#sum -= one.bytes;
    if (this.spent) return;
    clearTimeout(this.#forgiving);
    this.#forgiving = undefined;
    if (wasSpent) this.freed();
  }

  #forgive(): void {
    this.#forgiving = undefined;
    const before = performance.now() - patience;
    for (const one of this.#taken) {
      if (!this.spent) return;
      if (one.since <= before) this.#give(one);
      else break;
    }
    if (this.spent) this.#forgiving = setTimeout(() => this.#forgive(), patience);
  }
}
