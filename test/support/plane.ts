import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Metrics } from "../../src/api/metrics.ts";
import { AuditLog } from "../../src/audit/log.ts";
import { Delivery } from "../../src/delivery/delivery.ts";
import type { DeliveryOptions } from "../../src/delivery/delivery-options.ts";
import { EventLog } from "../../src/fleet/event-log.ts";
import { FleetState } from "../../src/fleet/state.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { ControlPlane } from "../../src/server/control-plane.ts";
import { logger } from "../../src/server/log.ts";
import { HistoryFile } from "../../src/snapshot/history-file.ts";
import { MemoryStore } from "./memory-store.ts";

/** A control plane without ports, worker and clock. */
export function plane(
  more: { readonly standing?: readonly Problem[]; readonly delivery?: Partial<DeliveryOptions>; readonly auditPath?: string } = {},
) {
  const metrics = new Metrics();
  const events = new EventLog({ boot: "boot", now: () => 0 });
  const nodes = new FleetState({ now: () => 0, resolve: async () => [], happened: (event) => events.add(event) });
  const store = new MemoryStore();
  const delivery: Delivery = new Delivery({
    store: store.store,
    now: () => 0,
    load: async () => undefined,
    examine: async () => ({ files: [], changed: false }),
    serve: () => {},
    decided: (decision) => view.decided(decision),
    retarget: () => {},
    changed: () => view.announce(),
    retain: () => {},
    failed: (error) => {
      throw error;
    },
    ...more.delivery,
  });
  const folder = mkdtempSync(join(tmpdir(), "portolan-plane-"));
  const audit = new AuditLog(more.auditPath ?? join(folder, "test.jsonl"), {
    instance: "test",
    now: () => 0,
    changed: () => view.announce(),
  });
  const view: ControlPlane = new ControlPlane({
    instance: "test",
    version: "0",
    source: { name: "main", path: "" },
    keep: 10,
    load: () => Promise.reject(new Error("nothing is kept")),
    history: new HistoryFile("nowhere"),
    now: () => 0,
    log: logger("silent"),
    nodes,
    delivery,
    metrics,
    standing: more.standing ?? [],
    events,
    audit,
  });
  const close = async () => {
    metrics.close();
    await delivery.close();
    await audit.close();
    rmSync(folder, { recursive: true });
  };
  return { view, delivery, nodes, events, audit, store, close };
}
