import { CDS, EDS, LDS, RDS } from "../../../src/envoy/type-url.ts";
import type { Client } from "./client.ts";
import { Follower } from "./follower.ts";

/**
 * From now on the client behaves like an Envoy that accepts everything at once: it asks for clusters, for their endpoints before it accepts them, then for
 * listeners and this route configuration. Gives what it holds.
 */
export function follow(client: Client, table: string): Follower {
  const follower = new Follower();
  let begun = false;
  let asked: readonly string[] = [];
  const askForEndpoints = () => {
    const now = follower.names(CDS);
    follower.keep(EDS, now);
    if (client.mode === "sotw") client.ask(EDS, ...now);
    else {
      const changes = { subscribe: now.filter((one) => !asked.includes(one)), unsubscribe: asked.filter((one) => !now.includes(one)) };
      if (changes.subscribe.length + changes.unsubscribe.length > 0) client.send({ type: EDS, ...changes });
    }
    asked = now;
  };
  client.onResponse((response) => {
    follower.apply(response);
    if (response.type === CDS) askForEndpoints();
    follower.answered(response.type);
    client.ack(response);
    if (response.type !== CDS || begun) return;
    begun = true;
    client.ask(LDS);
    client.ask(RDS, table);
  });
  client.ask(CDS);
  return follower;
}
