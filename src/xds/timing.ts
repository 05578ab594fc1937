/** A cluster that nothing refers to stays at the client for this long, in milliseconds: requests that are under way reach it. */
export const pruneGrace = 2_000;
/** After this time a type that the client has not asked for is taken for one it will not ask for. */
export const silence = 5_000;
/** So long routes wait for the endpoints of a new cluster after the client accepted the cluster; what Envoy itself waits by default. */
export const endpointDeadline = 15_000;
/** A message without an answer for this long keeps back no answer to a new request. */
export const patience = 30_000;
/** A claimed version that nobody knows is taken to refer to everything for this long. */
export const claimLifetime = 600_000;
/** So long Envoy by itself lets the connections of a Listener that is gone, or has changed, come to their end (`--drain-time-s`). */
export const drainTime = 600_000;
