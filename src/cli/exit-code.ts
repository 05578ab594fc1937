/** The exit codes of every command (delivery.md 9). */
export const exitCode = {
  ok: 0,
  negative: 1,
  usage: 2,
  timeout: 3,
  unreachable: 4,
  refused: 5,
  internal: 70,
  interrupted: 130,
} as const;

/** Meanings, for `help exit-codes`. */
export const exitCodeMeanings: readonly (readonly [number, string])[] = [
  [exitCode.ok, "no errors, no difference, tests pass, wait reached"],
  [exitCode.negative, "negative answer: errors, rejection or documents left out during wait"],
  [exitCode.usage, "usage, configuration or unreadable input"],
  [exitCode.timeout, "timeout"],
  [exitCode.unreachable, "server unreachable or authentication refused"],
  [exitCode.refused, "refused by policy or conflict: existing file, unknown fleet, node or commit"],
  [exitCode.internal, "internal error (a bug)"],
  [exitCode.interrupted, "interrupted"],
];
