import { expect, test } from "vitest";
import { Metrics } from "../../src/api/metrics.ts";
import { readConfig } from "../../src/cli/config/read.ts";
import { AllAtOnce } from "../../src/delivery/all-at-once.ts";
import { EventLog } from "../../src/fleet/event-log.ts";
import { FleetState } from "../../src/fleet/state.ts";
import { ControlPlane } from "../../src/server/control-plane.ts";
import { logger } from "../../src/server/log.ts";

test("what is wrong with the configuration and with the certificates stands as long as it lasts", async () => {
  const text =
    'apiVersion: portolan.dev/v1alpha1\nkind: Server\nsources: [{name: a, path: ., branch: main}]\nlisten: {xds: {address: "0.0.0.0:1", insecure: true}}\n';
  const metrics = new Metrics();
  const view = new ControlPlane({
    instance: "test",
    version: "0",
    source: { name: "main", path: "" },
    keep: 10,
    load: () => Promise.reject(new Error("nothing is kept")),
    now: () => 0,
    log: logger("silent"),
    nodes: new FleetState({ now: () => 0, resolve: async () => [] }),
    delivery: new AllAtOnce(),
    metrics,
    standing: readConfig(text, "/etc/portolan.yaml", "portolan.yaml").problems,
    events: new EventLog({ boot: "boot", now: () => 0 }),
    published: () => {},
    retarget: () => {},
  });
  const shown = () => view.problems().map(({ code, message, severity }) => ({ code, message, severity }));
  const insecure = {
    code: "api/insecure-listener",
    severity: "warning",
    message: "listen.xds is plaintext and reachable from other machines",
  };
  expect(shown()).toEqual([insecure]);
  const changed = view.changed(AbortSignal.timeout(5_000));
  view.setTlsFault("/tls.key holds no private key");
  await changed;
  expect(shown()).toEqual([{ code: "api/unusable-certificate", severity: "error", message: "/tls.key holds no private key" }, insecure]);
  view.setTlsFault(undefined);
  expect(shown()).toEqual([insecure]);
  metrics.close();
});
