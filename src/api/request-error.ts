/** Why a request cannot be answered: the code, and what the two transports call it. */
export type RequestFault =
  | "not-found"
  | "bad-parameter"
  | "gone"
  | "host-refused"
  | "too-large"
  | "unavailable"
  | "unauthenticated"
  | "role-required"
  | "too-many"
  | "stale-generation"
  | "refused";

/** A request that cannot be answered as it was put. The transports turn it into `application/problem+json` or a gRPC status; it never reaches a log as an error. */
export class RequestError extends Error {
  readonly fault: RequestFault;
  constructor(fault: RequestFault, detail: string) {
    super(detail);
    this.name = "RequestError";
    this.fault = fault;
  }
}
