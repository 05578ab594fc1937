/** What a command has of the outside: the process gives it its own, a test others. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly cwd: string;
  /** All of standard input, as UTF-8. */
  stdin(): Promise<string>;
  /** From the first call on an interruption (SIGINT, SIGTERM) aborts the signal instead of ending the process. */
  interrupt(): AbortSignal;
}

/** A stream of text. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
}
