import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Access, type Refusal } from "../api/access.ts";
import { serveGrpc } from "../api/grpc.ts";
import { serveHttp } from "../api/http.ts";
import { Metrics } from "../api/metrics.ts";
import { AuditLog } from "../audit/log.ts";
import { operatorActor, system } from "../audit/record.ts";
import type { SourceReport } from "../build/protocol.ts";
import type { BuildWorker } from "../build/worker-client.ts";
import type { ListenAddress } from "../cli/config/address.ts";
import type { ServerConfig } from "../cli/config/config.ts";
import { packageVersion } from "../cli/package-version.ts";
import { Delivery } from "../delivery/delivery.ts";
import { setAsideProblem } from "../delivery/sqlite/set-aside.ts";
import { SqliteStore } from "../delivery/sqlite/store.ts";
import { SDS, shortName } from "../envoy/type-url.ts";
import { EventLog } from "../fleet/event-log.ts";
import { FleetState } from "../fleet/state.ts";
import type { Location } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import { CommittedProvider } from "../secret/committed.ts";
import { ArchiveFolder } from "../snapshot/archive-folder.ts";
import { HistoryFile } from "../snapshot/history-file.ts";
import { startXds, type XdsServer } from "../xds/server.ts";
import type { XdsHooks } from "../xds/session.ts";
import { SnapshotPool } from "../xds/snapshot-pool.ts";
import { CannotListen } from "./cannot-listen.ts";
import { ControlPlane } from "./control-plane.ts";
import { examine } from "./examine.ts";
import { watchLargeResponses } from "./large-response.ts";
import { snapshotLoader } from "./load-snapshot.ts";
import type { Log } from "./log.ts";
import { Operator } from "./operator.ts";
import { recover } from "./recover.ts";
import type { Restored } from "./restore.ts";
import { openSecrets, SecretWatch } from "./secret-watch.ts";

/** A running server. */
export interface RunningServer {
  readonly view: ControlPlane;
  readonly xdsPort: number;
  readonly apiPort: number;
  readonly grpcPort: number;
  /** Ends all streams and stops listening. */
  close(): Promise<void>;
}

/** Serves what an earlier run has left and what the worker builds, on all ports. Rejects with {@link CannotListen}, and leaves no port open, if one cannot be used. */
export async function serve(config: ServerConfig, log: Log, worker: BuildWorker, restored: Restored): Promise<RunningServer> {
  const [source] = config.sources;
  if (source === undefined) throw new Error("a server needs a source");
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const metrics = new Metrics();
    closers.push(() => metrics.close());

    let xds: XdsServer | undefined;
    const causes = (fleet: string, type: string, names: readonly string[], commit: string): Promise<readonly Location[]> =>
      worker.ask({ what: "causes", fleet, type, names, commit });
    const pool = new SnapshotPool();
    const events = new EventLog({ boot: randomBytes(4).toString("hex"), now: Date.now });
    const committed = new CommittedProvider();
    const secrets = openSecrets(config.secrets.providers, ...(config.secrets.allowPlaintext ? [committed] : []));
    const nodes = new FleetState({
      redact: (text) => secrets.redact(text),
      happened: (event) => events.add(event),
      now: Date.now,
      resolve: ({ fleet, type, names, commit }) => causes(fleet, type, names, commit),
      answered: (type, mode, ms) => metrics.answered(type, mode, ms),
    });
    const audit: AuditLog = new AuditLog(join(config.server.dataDir, "audit", `${config.server.instance}.jsonl`), {
      instance: config.server.instance,
      now: Date.now,
      redact: (text) => secrets.redact(text),
      changed: () => view.announce(),
    });
    closers.push(() => audit.close());
    audit.add({ type: "config.loaded", actor: system, outcome: "ok" });
    const archives = new ArchiveFolder(config.server.dataDir);
    const store = new SqliteStore(join(config.server.dataDir, "state", "store.db"), {
      setAside: (what) => view.addStanding(setAsideProblem(what)),
    });
    closers.push(() => store.close());
    const delivery: Delivery = new Delivery({
      store,
      now: Date.now,
      load: (fleet, { commit, languageRevision }) => archives.load({ fleet, commit, languageRevision }),
      examine: (question) => examine(worker, question),
      serve(snapshot) {
        pool.add(snapshot);
        watch.published(snapshot);
      },
      decided: (decision) => view.decided(decision),
      retarget: () => xds?.publish(),
      changed: () => view.announce(),
      retain: (snapshots) => worker.retain(snapshots),
      failed: (error) => log.error({ err: error }, "delivery has failed"),
    });
    closers.push(() => delivery.close());
    const view: ControlPlane = new ControlPlane({
      instance: config.server.instance,
      version: packageVersion(),
      source,
      keep: config.snapshots.keep,
      load: snapshotLoader(archives, worker),
      history: new HistoryFile(config.server.dataDir),
      now: Date.now,
      log,
      nodes,
      delivery,
      metrics,
      standing: config.problems,
      events,
      audit,
    });
    const watch = new SecretWatch({
      secrets,
      places: (fleet, name, commit) => causes(fleet, SDS, [name], commit),
      read: () => xds?.publish(),
      rotated: () => {
        log.info({}, "secrets have changed");
        audit.add({ type: "secret.rotated", actor: system, outcome: "ok" });
        xds?.publish();
      },
      expiries: (seconds) => metrics.secretExpiries(seconds),
      problems: (problems) => view.setSecretProblems(problems),
      failed: (error) => log.error({ err: error }, "secrets cannot be looked at"),
    });
    closers.push(() => watch.close());
    await view.restore(restored, (lost) => recover(lost, archives, worker));
    xds = await listening("xds", config.listen.xds, (address) =>
      startXds({
        address: { host: address.host, port: address.port },
        ...(config.listen.xds.unix === undefined ? {} : { unix: config.listen.xds.unix }),
        instance: config.server.instance,
        assignment: delivery,
        fleetState: nodes,
        pool,
        secrets,
        ...(config.listen.xds.insecure && config.server.development ? { maySendSecrets: () => true } : {}),
        limits: config.limits,
        drainMs: config.listen.xds.drainMs,
        ...(config.listen.xds.tls === undefined ? {} : { tls: config.listen.xds.tls }),
        hooks: {
          ...hooks(log, metrics, config.limits.warningBytes, (id) => nodes.node(id)?.fleet ?? "", causes),
          brokenTls: (why) => view.setTlsFault(why),
        },
      }),
    );
    closers.push(() => xds?.close());
    if (delivery.records().length > 0) xds.publish();
    const denied = ({ name = "", address, reason }: Refusal) => {
      log.warn({ token: name, address, reason }, "refused");
      audit.add({ type: "auth.denied", actor: operatorActor(name, address), outcome: "failed", reason });
    };
    const access = new Access(config.auth, denied);
    const control = new Operator({
      delivery,
      requireReason: config.audit.requireReason,
      now: Date.now,
      find: (sha, fleet) => view.snapshot(sha, fleet),
      load: (manifest) => view.bytes(manifest),
      document: async (manifest) => (await archives.header(manifest))?.document,
      unrecorded: () => audit.trouble,
      record: (entry) => audit.add(entry),
      retry: (fleet) => xds?.retry(fleet),
      redact: (text) => secrets.redact(text),
      accept: async (commit) => worker.ask({ what: "accept", commit }),
    });
    const onError = (error: Error) => log.error({ err: error }, "an answer failed");
    const publicUrl = config.server.publicUrl === undefined ? {} : { publicUrl: config.server.publicUrl };
    const api = await listening("api", config.listen.api, (address) =>
      serveHttp(view, { address, onError, access, control, ...publicUrl }),
    );
    closers.push(() => api.close());
    const grpc = await listening("grpc", config.listen.grpc, (address) =>
      serveGrpc(view, { address, onError, access, resources: (node) => xds?.resources(node) ?? [] }),
    );
    closers.push(() => grpc.close());

    view.worker = worker;
    worker.listen({
      message: (message) => (message.kind === "secrets" ? committed.take(message.fleets) : view.take(message)),
      died(error) {
        log.error({ err: error }, "the worker has ended; it is started again");
        // The name of an error does not come through from a thread.
        if (error.message.includes(" cannot be used: ")) view.take({ kind: "source", report: unwritable(source, error.message) });
      },
    });
    log.info({ xds: xds.port, api: api.port, grpc: grpc.port, source: source.path }, "serving");
    return { view, xdsPort: xds.port, apiPort: api.port, grpcPort: grpc.port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Of a source that nobody can follow while the data directory cannot be used. */
function unwritable({ name, branch, ref }: ServerConfig["sources"][number], why: string): SourceReport {
  const fix = "make room, or let the server write there; it is tried again";
  const problem = problemAt("store/unwritable", `${why}; what is known is served`, { source: name, path: "" }, fix);
  return { name, ref: branch ?? ref ?? "HEAD", reader: "", checkedAt: Date.now(), problem };
}

async function listening<T>(what: string, address: ListenAddress, start: (address: ListenAddress) => Promise<T>): Promise<T> {
  return start(address).catch((error: unknown) => {
    throw new CannotListen(what, text(address), error);
  });
}

function text({ host, port }: ListenAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** One line for each connection, each end of one, and each rejection with where it comes from. */
function hooks(
  log: Log,
  metrics: Metrics,
  warningBytes: number,
  fleetOf: (node: string) => string,
  causes: (fleet: string, type: string, names: readonly string[], commit: string) => Promise<readonly Location[]>,
): XdsHooks {
  const watchSize = watchLargeResponses(log, metrics, warningBytes);
  return {
    connected(node, mode, peer) {
      log.info({ node: node.id, mode, peer: peer.address, identity: peer.identity?.name, envoy: node.envoyVersion }, "node connected");
    },
    disconnected(node, mode) {
      log.info({ node: node.id, mode }, "node disconnected");
    },
    opened: (mode) => metrics.streamOpened(mode),
    closed: (mode, reason) => metrics.streamClosed(mode, reason),
    limitHit: (limit) => metrics.limitHit(limit),
    denied: (reason) => metrics.denied(reason),
    ended({ address, identity }, code, message) {
      log.warn({ peer: address, identity: identity?.name, code, message }, "stream ended");
    },
    rejected(verdict, { error, resources, commit }) {
      void causes(fleetOf(verdict.node), verdict.type, resources, commit)
        .catch(() => [])
        .then((places) => {
          const at = places.map(({ path, line }) => `${path}${line === undefined ? "" : `:${line}`}@${commit.slice(0, 12)}`);
          log.warn({ node: verdict.node, type: shortName(verdict.type), resources, error, at }, "node rejected");
        });
    },
    written(message, bytes) {
      metrics.written(message, bytes);
      watchSize(message, bytes);
    },
    defect(invariant) {
      metrics.defect(invariant);
      log.error({ invariant }, "a response was written that must not be");
    },
    counted: (what, type, mode) => metrics.counted(what, type, mode),
    failed: (error) => log.error({ err: error }, "a stream failed"),
  };
}
