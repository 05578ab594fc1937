import { isLoopback } from "../../src/cli/config/address.ts";
import { FleetState } from "../../src/fleet/state.ts";
import { systemClock } from "../../src/xds/clock.ts";
import { defaultLimits } from "../../src/xds/limits.ts";
import { startXds } from "../../src/xds/server.ts";
import { startService } from "./service.ts";
import { AdapterState } from "./state.ts";

/** Where an adapter listens; port 0: any. */
export interface AdapterOptions {
  /** Addresses of this machine that only itself can reach. */
  readonly hosts: readonly string[];
  readonly adapterPort: number;
  readonly targetPort: number;
}

/** A running adapter and the server under test. */
export interface Adapter {
  /** Of the first host. */
  readonly adapterPort: number;
  readonly targetPort: number;
  close(): Promise<void>;
}

/** Tests come faster than clients do. */
const unhurried = { perSecond: 10_000, burst: 10_000 };

/**
 * Starts the adapter of `xds-test-harness` and an xDS server whose content it sets, on every host. Rejects if a host is not a loopback address: whoever
 * reaches the adapter decides what proxies get.
 */
export async function startAdapter({ hosts, adapterPort, targetPort }: AdapterOptions): Promise<Adapter> {
  const open = hosts.find((host) => !isLoopback({ host, port: 0 }));
  if (open !== undefined) throw new Error(`${open} is not a loopback address`);
  const state = new AdapterState(() => {
    for (const target of targets) target.publish();
  });
  const fleetState = new FleetState({ now: systemClock.now, resolve: async () => [] });
  const targets = await Promise.all(
    hosts.map((host) =>
      startXds({
        address: { host, port: targetPort },
        instance: "adapter",
        assignment: state.delivery,
        fleetState,
        pool: state.pool,
        limits: { ...defaultLimits, newStreams: unhurried, newStreamsPerPeer: unhurried },
        label: (snapshot) => state.label(snapshot),
      }),
    ),
  );
  const services = await Promise.all(hosts.map((host) => startService(state, host, adapterPort)));
  return {
    adapterPort: services[0]?.port ?? 0,
    targetPort: targets[0]?.port ?? 0,
    async close() {
      for (const service of services) service.close();
      await Promise.all(targets.map((target) => target.close()));
    },
  };
}
