/** `1 problem`, `2 problems`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A commit in text: its first 12 digits. */
export function short(commit: string): string {
  return commit.slice(0, 12);
}

/** A span of time in its largest whole unit: `4s`, `12m`, `3h`, `2d`. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** A text as it may go to a terminal on one line: control characters, also those that turn the direction of writing, become marks. */
export function plain(text: string): string {
  return text.replace(/[\r\n\t]+/g, " ").replace(/\p{C}/gu, "\ufffd");
}
