/** Status codes of gRPC that are used here (grpc/grpc, doc/statuscodes.md). */
export const status = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** Characters of a text that a client is told: headers are kept small, whatever a text quotes. */
const maxMessage = 1_024;

/** The status of a call as HTTP/2 header fields; the text percent-encoded (gRPC over HTTP/2, "Responses"). */
export function statusFields(code: number, message: string): Record<string, string> {
  const fields = { "grpc-status": String(code) };
  return message === "" ? fields : { ...fields, "grpc-message": encodeURI(message.slice(0, maxMessage).toWellFormed()) };
}
