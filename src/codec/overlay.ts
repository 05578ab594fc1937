/** A field that Envoy's API gained after the version whose texts are shipped. */
export interface LaterField {
  /** Full name of the message that has it. */
  readonly message: string;
  readonly field: string;
  readonly number: number;
  /** Scalar type or full name of a message or enum; what the shipped texts lack stands under `proto/overlay/`. */
  readonly type: string;
  readonly label: "optional" | "repeated";
  /** First Envoy release that has it. */
  readonly since: string;
}

/** Fields newer than the shipped API. An Envoy that does not know a field accepts the message and ignores it, so every use is checked against `since`. */
export const laterFields: readonly LaterField[] = [
  {
    message: "envoy.config.route.v3.RouteMatch",
    field: "cookies",
    number: 17,
    type: "envoy.config.route.v3.CookieMatcher",
    label: "repeated",
    since: "1.37",
  },
];

/** The first Envoy release that knows a field; `undefined` if every supported one does. `message` is a full name. */
export function since(message: string, field: string): string | undefined {
  return laterFields.find((row) => row.message === message && row.field === field)?.since;
}
