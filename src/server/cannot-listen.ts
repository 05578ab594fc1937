/** An address cannot be listened on. */
export class CannotListen extends Error {
  constructor(what: string, address: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `listen.${what}: cannot listen on ${address}: ${/EADDRINUSE|address already in use/i.test(reason) ? "the port is in use" : reason}`,
      { cause },
    );
    this.name = "CannotListen";
  }
}
