/** The data directory, or a file in it, cannot be used; the message names it and says why. */
export class DataDirectoryError extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "DataDirectoryError";
  }
}
