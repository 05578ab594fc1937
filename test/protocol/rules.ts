import type { Variant } from "./client/variant.ts";

/** A rule or scenario of the protocol. */
export interface Rule {
  readonly id: string;
  /** Step of the plan that it belongs to. */
  readonly slice: number;
  /** The variants it holds for; none: it is not about streams. */
  readonly variants: readonly Variant[];
  /** What it says, in a sentence. */
  readonly says: string;
}

type Row = readonly [id: string, slice: number, variants: "all" | "sotw" | "delta" | "ads" | "own" | "none" | Variant, says: string];

const sets: Readonly<Record<string, readonly Variant[]>> = {
  all: ["S", "SA", "D", "DA"],
  sotw: ["S", "SA"],
  delta: ["D", "DA"],
  ads: ["SA", "DA"],
  own: ["S", "D"],
  none: [],
};

/** For all variants. */
const common: readonly Row[] = [
  ["C1", 1, "all", "The first request of a stream carries a node with an id; another id later ends the stream."],
  ["C2", 1, "all", "On ADS an empty type is refused; on a stream of one type it is implied, and a foreign one is refused."],
  ["C3", 1, "all", "Nonces are never empty and never used twice on a stream."],
  ["C4", 1, "all", "A request is a rejection if and only if it carries an error."],
  ["C5", 1, "all", "A response needs a reason; an acceptance is none."],
  ["C6", 1, "all", "No response holds a name twice or a resource of another type."],
  ["C7", 1, "all", "A name that does not exist stays subscribed and comes when it exists."],
  ["C8", 1, "all", "No names at all mean everything for CDS and LDS only."],
  ["C9", 1, "all", "Naming anything ends the legacy wildcard; `*` stands beside names."],
  ["C10", 1, "all", "Versions are compared for equality only: going back is an update."],
  ["C11", 1, "ads", "A type that is not served is an empty collection and disturbs nothing."],
  ["C12", 1, "all", "The first wildcard request is answered even if there is nothing."],
  ["C13", 1, "all", "What is unknown in a request is ignored; the empty name never exists."],
  ["C14", 1, "all", "After a half-close nothing is written, and the call ends with OK."],
  ["C15", 1, "all", "Streams of one node do not disturb each other."],
  ["C16", 1, "all", "An acceptance is reported as accepted and as nothing more."],
  ["C17", 1, "all", "Every response names the control plane and its commit."],
];

/** For SotW. */
const sotw: readonly Row[] = [
  ["S1", 1, "sotw", "The names of the newest request are the subscription."],
  ["S2", 1, "sotw", "A request with an older nonce is ignored whole."],
  ["S3", 1, "sotw", "The first request of a type is initial, whatever it carries."],
  ["S4", 1, "sotw", "On a closed nonce grown names are answered, shrunk and equal ones are not."],
  ["S5", 1, "sotw", "Responses of CDS and LDS hold everything that is subscribed and exists."],
  ["S6", 1, "sotw", "Responses of RDS and EDS hold what is due and are never empty."],
  ["S7", 1, "sotw", "A newly requested name is sent even if it is unchanged."],
  ["S8", 2, "sotw", "Only a wildcard of CDS or LDS with the current version needs no first answer."],
  ["S9", 1, "SA", "An EDS request repeated after a change of CDS is answered once."],
  ["S10", 1, "sotw", "A missing name is silence; grown names of CDS and LDS are answered all the same."],
  ["S11", 1, "sotw", "The nonce in flight with an old version closes the message but does not accept it."],
  ["S12", 1, "sotw", "An empty version with the latest nonce is neither a first request nor a rejection."],
  ["S13", 1, "sotw", "A name that is dropped and added again is sent again."],
  ["S14", 2, "sotw", "Responses of CDS and LDS are never cut; others may be, one chunk for each acceptance."],
];

/** For delta. */
const delta: readonly Row[] = [
  ["D1", 1, "delta", "One request may subscribe, unsubscribe, answer and claim."],
  ["D2", 1, "delta", "Changes of the subscription count whatever the nonce is."],
  ["D3", 1, "delta", "What is subscribed again is answered again."],
  ["D4", 1, "delta", "A missing name is answered as removed, stays subscribed and comes when it exists."],
  ["D5", 1, "delta", "Unsubscribing what is not subscribed is ignored."],
  ["D6", 1, "delta", "Unsubscribing is silent unless a wildcard still covers the type."],
  ["D7", 1, "delta", "Claims count in the first request of a type only; what equals them is not sent."],
  ["D8", 1, "delta", "The subscribe list says whether it is a wildcard, never the claims."],
  ["D9", 1, "DA", "A claim of endpoints is void if their cluster is sent."],
  ["D10", 1, "delta", "Every resource has a name and a version made from its content."],
  ["D11", 1, "delta", "A removal is told once, and the subscription stays."],
  ["D12", 1, "delta", "A name in both lists ends up unsubscribed."],
  ["D13", 1, "delta", "Unsubscribing `*` forgets what is not named."],
  ["D14", 3, "DA", "Removals are sent once nothing refers to the name."],
  ["D15", 1, "delta", "An unknown nonce is counted and ignored."],
  ["D16", 2, "delta", "Large responses are cut; the next chunk follows the acceptance of the one before."],
];

/** For streams beside each other. */
const streams: readonly Row[] = [
  ["A1", 1, "ads", "Types on one stream share nothing but node, target and order."],
  ["A2", 2, "own", "Streams of one type wait for no other stream."],
  ["A3", 2, "none", "All variants give one and the same content."],
  ["A4", 1, "none", "Configuration sources are ADS, v3, with explicit timeouts."],
  ["STR-01", 1, "all", "The node stands in the first request and never changes."],
  ["STR-02", 1, "ads", "An empty type is refused; one that is not served disturbs nothing."],
  ["STR-03", 2, "own", "An empty type is implied; a foreign one and unknown methods are refused."],
  ["STR-04", 1, "all", "A half-close while a push is pending ends the call with OK."],
  ["STR-05", 2, "all", "Three streams of one node converge by themselves."],
];

const subscriptions: readonly Row[] = [
  ["SUB-01", 1, "sotw", "A wildcard gets everything in one response."],
  ["SUB-02", 1, "sotw", "One change brings the whole set once."],
  ["SUB-03", 1, "sotw", "Additions and removals show in the next set; the last removal leaves it empty."],
  ["SUB-04", 1, "sotw", "Names get themselves; changes of others are silent."],
  ["SUB-05", 1, "sotw", "An update of one route configuration or assignment brings that one."],
  ["SUB-06", 1, "sotw", "A missing name comes when it is created."],
  ["SUB-07", 1, "sotw", "Growing brings the new name; shrinking is silent."],
  ["SUB-08", 1, "sotw", "An empty list after names, and the empty name, unsubscribe from everything."],
  ["SUB-09", 1, "sotw", "From the legacy wildcard over `*` and a name to nothing."],
  ["SUB-10", 1, "SA", "A first EDS request without names is silent."],
  ["SUB-11", 1, "SA", "A change of one type leaves the other silent."],
  ["ACK-01", 1, "sotw", "Nothing follows an acceptance."],
  ["ACK-02", 1, "sotw", "Nothing follows a rejection, whatever its version."],
  ["ACK-03", 1, "sotw", "A stale nonce is ignored; the names of the next acceptance count."],
  ["ACK-04", 1, "sotw", "A nonce of an earlier stream is no obstacle."],
  ["ACK-05", 1, "SA", "An acceptance under another type's URL changes nothing for that type."],
  ["ACK-06", 1, "sotw", "Read, but not accepted: closed and not sent again."],
  ["ACK-07", 2, "sotw", "A reconnect with the current version: only EDS and RDS are answered."],
  ["ACK-08", 2, "sotw", "A reconnect with an older version or more names is answered in full."],
  ["DEL-01", 1, "delta", "Names arrive as they are subscribed; an update brings that resource alone."],
  ["DEL-02", 1, "delta", "A removal and a creation are told as such."],
  ["DEL-03", 1, "delta", "A missing name is answered at once and comes when it is created."],
  ["DEL-04", 1, "delta", "A current resource that is subscribed again comes again."],
  ["DEL-05", 1, "delta", "Unsubscribing is silent, and so are later changes."],
  ["DEL-06", 1, "delta", "With `*`, what is unsubscribed is answered as the wildcard has it."],
  ["DEL-07", 1, "delta", "Without `*` the named stay and the rest falls silent."],
  ["DEL-08", 1, "delta", "Naming something keeps the legacy wildcard."],
  ["DEL-09", 1, "delta", "Changes and removals of one commit come without a name twice."],
  ["DEL-10", 1, "DA", "Types on one stream change by themselves."],
  ["DEL-11", 2, "delta", "6 MiB arrive in chunks, each after the acceptance of the one before."],
  ["REC-01", 1, "delta", "An acceptance and a rejection that also change the subscription do both."],
  ["REC-02", 1, "delta", "An unknown nonce beside changes of the subscription."],
  ["REC-03", 1, "delta", "A reconnect with everything current brings nothing."],
  ["REC-04", 1, "delta", "A reconnect brings what has changed, is new or is gone."],
  ["REC-05", 1, "delta", "No names but claims are a wildcard."],
  ["REC-06", 1, "delta", "Claims in a later request, or outside the subscription, are ignored."],
  ["REC-07", 2, "DA", "A changed cluster voids the claim of its endpoints."],
  ["REC-08", 2, "all", "A restart at the same commit sends what must be sent again and no more."],
  ["REC-09", 2, "ads", "A reconnect at a commit that drops a cluster keeps it until the routes are accepted."],
];

const ordering: readonly Row[] = [
  ["ORD-01", 1, "ads", "New cluster, endpoints and route: the route comes after both are accepted."],
  ["ORD-02", 1, "ads", "A cluster goes only after the routes have left it."],
  ["ORD-03", 2, "ads", "While new routes stand rejected their old cluster stays."],
  ["ORD-04", 1, "ads", "Endpoints follow their changed cluster without a request."],
  ["ORD-05", 1, "ads", "A cluster without endpoints gets an empty assignment."],
  ["ORD-06", 1, "SA", "A repeated EDS request after a change of CDS is answered once."],
  ["ORD-07", 1, "ads", "A second commit before the first is accepted: nothing is lost, no third state is seen."],
  ["ORD-08", 1, "ads", "Commits every 50 ms converge, one message in flight for each type."],
  ["ORD-09", 2, "ads", "Endpoints that are never accepted release the route at the deadline."],
  ["ORD-10", 2, "ads", "A route that needs no new cluster waits for nothing."],
  ["ORD-11", 2, "DA", "Listeners that move and trade addresses are no gap for a real Envoy."],
  ["ORD-12", 1, "ads", "Another order of routes is no message for clusters."],
  ["ORD-13", 2, "ads", "A cluster that is wanted again in time is not dropped."],
  ["ORD-14", 2, "own", "Streams of one type are not gated on one another."],
  ["ORD-15", 2, "ads", "A real Envoy under load through random commits: no request fails."],
  ["ORD-16", 2, "ads", "A route to a cluster that is being dropped waits until the cluster is back."],
];

const rejections: readonly Row[] = [
  ["NAK-01", 1, "all", "Bad content is sent once."],
  ["NAK-02", 1, "all", "The next commit is sent at once and ends the rejection."],
  ["NAK-03", 2, "all", "Going back sends what was rejected again, the good part too."],
  ["NAK-04", 2, "ads", "A change of another type sends it once more."],
  ["NAK-05", 1, "all", "A new name is answered in spite of a rejection."],
  ["NAK-06", 1, "all", "What moved on in flight is sent as soon as the rejection comes."],
  ["NAK-07", 2, "all", "A new stream, and an operator, get it sent once more."],
  ["NAK-08", 2, "ads", "A rejected cluster keeps no listener from a fresh proxy, and no old route from a running one."],
];

const load: readonly Row[] = [
  ["FLO-01", 2, "all", "A client that never reads costs one message and is closed in the end."],
  ["FLO-02", 2, "all", "A client that never answers gets one message of each type."],
  ["FLO-03", 2, "all", "Streams that are opened and reset leave nothing behind."],
  ["FLO-04", 2, "all", "A dead connection is noticed within 40 s."],
  ["FLO-05", 2, "ads", "1 MB to 1,000 streams within the limits of memory and delay."],
  ["FLO-06", 10, "ads", "One route to 5,000 streams within the limit."],
  ["FLO-07", 2, "all", "A storm of reconnects is shaped, and all are served."],
  ["FLO-08", 2, "all", "A shutdown under load ends streams with UNAVAILABLE."],
  ["FLO-09", 2, "all", "Random schedules keep the invariants."],
];

const security: readonly Row[] = [
  ["SEC-01", 2, "all", "Without a certificate, with a wrong one, or outside every fleet: nothing."],
  ["SEC-02", 7, "all", "What a Fleet document says now holds for live streams."],
  ["SEC-03", 3, "all", "Secrets exist only for those whose fleet refers to them."],
  ["SEC-04", 2, "all", "Every limit, at it and one above."],
  ["SEC-05", 2, "all", "UNAVAILABLE until there is a snapshot, served after it."],
  ["SEC-06", 3, "all", "Secrets appear in no output."],
  ["SEC-07", 2, "all", "Malformed requests end their stream and nothing else."],
  ["ODX-06", 3, "all", "A secret that changes reaches its subscribers only."],
];

const state: readonly Row[] = [
  ["VER-01", 1, "all", "Versions carry commit and digest and are the same on every replica."],
  ["VER-02", 1, "all", "A commit without content is no message; the node has converged on it."],
  ["VER-03", 1, "all", "A change in one fleet or type is silent in the others."],
  ["VER-04", 1, "all", "Going back restores the versions from before."],
  ["VER-05", 1, "all", "Another order of documents is no difference."],
  ["FLT-01", 2, "all", "Status goes from not-sent over pending, accepted and rejected to offline."],
  ["FLT-02", 2, "all", "The text of a rejection leads to the resource."],
  ["FLT-03", 2, "all", "CSDS finds nodes and shows contents of one only."],
  ["FLT-04", 8, "all", "Waiting for a commit ends at the threshold, and at a rejection."],
  ["FLT-05", 8, "all", "Answers name a replica that is missing."],
];

/** Every rule and scenario of the protocol, in the order of the specification. */
export const rules: readonly Rule[] = [
  ...[common, sotw, delta, streams, subscriptions, ordering, rejections, load, security, state].flat(),
].map(([id, slice, variants, says]) => ({ id, slice, variants: sets[variants] ?? [variants as Variant], says }));
