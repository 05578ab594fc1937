/** What one file may hold at most; a file beyond is unreadable. Defaults of delivery.md 1.6. */
export const limits = {
  /** Bytes of the file. */
  size: 1024 * 1024,
  /** Documents, those of expanded lists included. */
  documents: 1000,
  /** Mappings and sequences within each other. */
  nesting: 64,
  /** Lexical tokens: what bounds the time of reading, without a clock. A file of ordinary lines reaches its size first. */
  tokens: 600_000,
} as const;
