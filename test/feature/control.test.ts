import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Access } from "../../src/api/access.ts";
import type { Listening } from "../../src/api/http.ts";
import { serveHttp } from "../../src/api/http.ts";
import type { AuditRecord } from "../../src/audit/record.ts";
import { pack } from "../../src/build/packed.ts";
import type { BuildReport } from "../../src/build/protocol.ts";
import { encodedResource } from "../../src/envoy/resource.ts";
import { CDS } from "../../src/envoy/type-url.ts";
import type { NodeState } from "../../src/fleet/node.ts";
import { Operator } from "../../src/server/operator.ts";
import { difference } from "../../src/snapshot/delta.ts";
import { snapshotOf } from "../../src/snapshot/snapshots.ts";
import { cli } from "../support/cli.ts";
import { manifest, node, oid } from "../support/fake-view.ts";
import { plane } from "../support/plane.ts";

const token = "o".repeat(32);
const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const commits = ["a1", "b2", "c3"].map(oid);
const [one = "", two = "", three = ""] = commits;

let server: Listening;
let running: ReturnType<typeof plane>;
let refuseRecords: string | undefined;
/** Fleets whose proxies were sent once more what they had rejected. */
let retried: string[];

beforeEach(async () => {
  refuseRecords = undefined;
  retried = [];
  running = plane();
  const { view, delivery } = running;
  const control = new Operator({
    delivery,
    requireReason: true,
    now: () => 0,
    find: (sha, fleet) => view.snapshot(sha, fleet),
    load: (found) => view.bytes(found),
    document: async () => undefined,
    retry: (fleet) => void retried.push(fleet),
    unrecorded: () => refuseRecords,
    record: (entry) => running.audit.add(entry),
    redact: (text) => text.replaceAll("hunter2", "[secret]"),
    accept: async (digits) => (digits === three.slice(0, 12) ? three : undefined),
  });
  const access = new Access({
    anonymous: true,
    tokens: [
      { name: "oncall", sha256: hash(token), roles: ["operator"] },
      { name: "reader", sha256: hash("r".repeat(32)), roles: ["viewer"] },
    ],
  });
  const onError = (error: Error) => expect.unreachable(error.message);
  server = await serveHttp(view, { address: { host: "127.0.0.1", port: 0 }, onError, access, control });
  for (const [i, commit] of commits.entries()) {
    view.take({ kind: "built", report: report(commit, i + 1) });
    await delivery.idle();
    await delivery.observe([accepted(commit)]);
  }
});
afterEach(async () => {
  await server.close();
  await running.close();
});

function report(commit: string, sequence: number): BuildReport {
  const snapshot = snapshotOf(commit, "default", [encodedResource(CDS, "c", Buffer.from(commit))]);
  const fleet = {
    delta: pack(difference(undefined, snapshot)),
    cells: 1,
    changed: 1,
    manifest: manifest(commit, "default", sequence),
    tests: [],
  };
  return { commit, files: 1, fleets: [fleet], fleetDocuments: [], unusableFleets: { names: [], unnamed: false }, stages: {} };
}

function accepted(commit: string): NodeState {
  return node("edge-1", commit, { target: commit });
}

async function post(path: string, body: unknown, authorization: string | undefined = `Bearer ${token}`) {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1alpha1${path}`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(authorization === "" ? {} : { headers: { authorization } }),
  });
  return { status: response.status, json: (await response.json()) as { readonly code?: string; readonly hold?: unknown } };
}

const run = (...argv: string[]) => cli([...argv, "--server-url", `http://127.0.0.1:${server.port}`], { env: { PORTOLAN_TOKEN: token } });
const target = () => running.delivery.record("default")?.candidate?.commit;

describe("the API", () => {
  test("pins, shows it everywhere, and lets go", async () => {
    const { status, json } = await post("/fleets/default/pin", {
      commit: one.slice(0, 8),
      reason: "INC-77",
      until: "2099-01-01T00:00:00Z",
    });
    expect([status, target()]).toEqual([200, one]);
    expect(json).toMatchObject({
      format_version: "1",
      name: "default",
      current: one,
      newest: three,
      rollout: { state: "running" },
      hold: { kind: "pin", commit: one, by: "oncall", reason: "INC-77", until: "2099-01-01T00:00:00.000Z" },
    });
    expect(await running.view.metrics()).toContain('portolan_fleet_held{fleet="default",kind="pin"} 1');
    expect(running.events.after(0, 100)?.map(({ type }) => type)).toContain("fleet.pinned");
    expect((await post("/fleets/default/unpin", { reason: "over" })).json.hold).toBeUndefined();
    expect(target()).toBe(three);
  });

  test.each([
    ["no token", "/fleets/default/hold", { reason: "x" }, "", 401, "api/unauthenticated"],
    ["a token that nobody knows", "/fleets/default/hold", { reason: "x" }, "Bearer nobody", 401, "api/unauthenticated"],
    ["a token that may only read", "/fleets/default/hold", { reason: "x" }, `Bearer ${"r".repeat(32)}`, 403, "api/role-required"],
    ["no reason", "/fleets/default/hold", {}, undefined, 400, "api/bad-parameter"],
    ["a blank reason", "/fleets/default/hold", { reason: "  " }, undefined, 400, "api/bad-parameter"],
    ["something that is no JSON", "/fleets/default/hold", "{", undefined, 400, "api/bad-parameter"],
    ["a list", "/fleets/default/hold", "[]", undefined, 400, "api/bad-parameter"],
    ["an unknown field", "/fleets/default/hold", { reason: "x", force: true }, undefined, 400, "api/bad-parameter"],
    ["a time that is over", "/fleets/default/hold", { reason: "x", until: "2001-01-01T00:00:00Z" }, undefined, 400, "api/bad-parameter"],
    ["a commit where none is taken", "/fleets/default/hold", { reason: "x", commit: one }, undefined, 400, "api/bad-parameter"],
    ["a pin to nothing", "/fleets/default/pin", { reason: "x" }, undefined, 400, "api/bad-parameter"],
    ["a commit that nobody kept", "/fleets/default/pin", { reason: "x", commit: oid("99") }, undefined, 404, "api/not-found"],
    ["an unknown fleet", "/fleets/nobody/hold", { reason: "x" }, undefined, 404, "api/not-found"],
    ["an unknown source", "/sources/nobody/hold", { reason: "x" }, undefined, 404, "api/not-found"],
    ["a stale generation", "/fleets/default/hold", { reason: "x", expected_generation: 0 }, undefined, 409, "api/stale-generation"],
    ["what means nothing now", "/fleets/default/unpin", { reason: "x" }, undefined, 409, "api/refused"],
    ["too much", "/fleets/default/hold", { reason: "x".repeat(1024 * 1024) }, undefined, 413, "api/too-large"],
  ] as const)("refuses %s, and nothing changes", async (_, path, body, authorization, status, code) => {
    const before = running.delivery.record("default");
    const found = await post(path, body, authorization);
    expect([found.status, found.json.code]).toEqual([status, code]);
    expect(running.delivery.record("default")).toBe(before);
  });

  test("records who did what and why, and who was refused nothing of it", async () => {
    await post("/fleets/default/rollback", { reason: "INC-77" });
    await post("/sources/main/hold", { reason: "freeze" });
    await post("/fleets/default/unpin", { reason: "INC-78" }, "Bearer nobody");
    await running.audit.flush();
    const get = async (query: string) => {
      const response = await fetch(`http://127.0.0.1:${server.port}/api/v1alpha1/audit${query}`);
      return (await response.json()) as { readonly items?: readonly AuditRecord[]; readonly detail?: string };
    };
    const user = { kind: "user", name: "oncall", via: "api" };
    const all = (await get("?limit=1000")).items ?? [];
    expect(all.slice(0, 3)).toMatchObject([
      {
        seq: 1,
        type: "snapshot.created",
        actor: { kind: "git", name: "dev@example.com", via: "main" },
        commit: one,
        sources: [{ name: "main" }],
      },
      { seq: 2, type: "rollout.started", actor: { kind: "git" }, rollout: "default-000001", outcome: "pending" },
      { seq: 3, type: "rollout.completed", actor: { kind: "system" }, outcome: "ok", nodes: { accepted: 0 } },
    ]);
    expect(all.slice(-3)).toMatchObject([
      { type: "fleet.pinned", actor: user, fleet: "default", commit: two, reason: "INC-77" },
      { type: "rollout.started", actor: user, commit: two, previous: three },
      { type: "fleet.held", actor: { ...user, address: "127.0.0.1" }, sources: [{ name: "main" }], reason: "freeze" },
    ]);
    expect((await get("?type=fleet.*")).items?.map(({ type }) => type)).toEqual(["fleet.pinned", "fleet.held"]);
    expect((await get("?since=2099-01-01T00:00:00Z")).items).toEqual([]);
    expect((await get("?type=nothing")).detail).toContain("expected a glob of auth.denied");
  });

  test("a source that is held keeps the commit that is used", async () => {
    const checked = { name: "main", ref: "main", reader: "native", checkedAt: 0, tip: three };
    running.view.take({ kind: "source", report: checked });
    await post("/sources/main/hold", { reason: "freeze" });
    const next = oid("d4");
    running.view.take({ kind: "built", report: report(next, 4) });
    await running.delivery.idle();
    expect([running.view.sources()[0]?.effective, target()]).toEqual([three, three]);
    await post("/sources/main/resume", { reason: "over" });
    expect([running.view.sources()[0]?.effective, target()]).toEqual([next, next]);
  });

  test("accepts a rewritten tip that is held, and no other", async () => {
    expect((await post("/sources/main/resume", { reason: "squashed", accept: one })).status).toBe(409);
    expect((await post("/sources/main/hold", { reason: "squashed", accept: three })).status).toBe(400);
    expect((await post("/sources/main/resume", { reason: "squashed", accept: three.slice(0, 12) })).status).toBe(200);
    await running.audit.flush();
    expect(running.audit.recent()).toContainEqual(
      expect.objectContaining({ type: "fleet.resumed", commit: three, sources: [{ name: "main" }], reason: "squashed" }),
    );
  });

  test("shows no secret that an operator has written into a reason", async () => {
    const held = await post("/fleets/default/hold", { reason: "the password is hunter2" });
    const source = await post("/sources/main/hold", { reason: "hunter2 again" });
    await running.audit.flush();
    const shown = JSON.stringify([held, source, running.audit.recent(), running.delivery.records(), running.events.after(0, 100)]);
    expect(shown).toContain("the password is [secret]");
    expect(shown).not.toContain("hunter2");
  });

  test("refuses what need not be done while nothing can be recorded", async () => {
    refuseRecords = "the audit log cannot be written";
    expect((await post("/fleets/default/rollback", { reason: "x" })).status).toBe(200);
    expect(await post("/fleets/default/unpin", { reason: "x" })).toMatchObject({ status: 503, json: { detail: refuseRecords } });
    refuseRecords = undefined;
    expect((await post("/fleets/default/unpin", { reason: "x" })).status).toBe(200);
    expect((await post("/sources/main/hold", { reason: "x" })).status).toBe(200);
    refuseRecords = "the audit log cannot be written";
    expect((await post("/sources/main/resume", { reason: "x" })).status).toBe(503);
  });
});

describe("the command line", () => {
  test("rolls back to what was completed before, again and again, and says so", async () => {
    const first = await run("rollback", "--reason", "INC-77");
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^default: serves b20{10}, pinned by oncall: INC-77 \(generation \d+\)\n$/),
    });
    expect(target()).toBe(two);
    await running.delivery.observe([accepted(two)]);
    expect((await run("rollback", "--reason", "INC-77")).code).toBe(0);
    expect(target()).toBe(one);
    await running.delivery.observe([accepted(one)]);
    expect(await run("rollback", "--reason", "INC-77")).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("no completed snapshot"),
    });
    expect((await run("unpin", "--reason", "mended")).stdout).toMatch(/^default: serves c30{10}, follows its source/);
  });

  test("pins, and status tells of it", async () => {
    expect((await run("pin", one, "--reason", "a \u001b[2Jfreeze", "--until", "2h")).code).toBe(0);
    expect((await run("status")).stdout).toMatch(/^fleet default pinned to a10{10} by oncall: a \ufffd\[2Jfreeze \(\d+\w, until 20/m);
  });

  test("accepts a rewritten tip of a source", async () => {
    const accept = ["resume", "--accept", three.slice(0, 12), "--reason", "squashed"] as const;
    expect((await run(...accept)).stderr).toContain("--accept needs --source");
    expect((await run(...accept, "--source", "main")).stdout).toBe("main: follows its source\n");
  });

  test("holds a fleet, a source, and everything", async () => {
    expect((await run("hold", "--reason", "freeze")).stdout).toContain("held (hold)");
    expect((await run("hold", "--source", "main", "--reason", "freeze")).stdout).toBe("main: held (hold) by oncall: freeze\n");
    expect((await run("status")).stdout).toMatch(/^source main held by oncall: freeze/m);
    const { stdout } = await run("resume", "--all", "--reason", "over", "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({ command: "resume", items: [{ name: "main" }, { name: "default", newest: three }] });
    expect(retried).toEqual(["default"]);
    expect(JSON.parse(stdout).items.map(({ hold }: { hold?: unknown }) => hold)).toEqual([undefined, undefined]);
    expect((await run("hold", "--all", "--reason", "freeze")).stdout).toBe("main: held (hold) by oncall: freeze\n");
  });

  test.each([
    ["without a reason", ["hold"], 2, "say why"],
    ["with a commit that is none", ["pin", "main", "--reason", "x"], 2, "hex digits"],
    ["with a time that is none", ["hold", "--until", "tomorrow", "--reason", "x"], 2, "Expected a time"],
    ["of two things at once", ["hold", "--all", "--fleet", "default", "--reason", "x"], 2, "exclude each other"],
    ["of an unknown fleet", ["hold", "--fleet", "nobody", "--reason", "x"], 5, "there is no fleet nobody"],
    ["with a stale generation", ["hold", "--expect-generation", "0", "--reason", "x"], 5, "expected generation 0"],
    ["by somebody unknown", ["hold", "--token", "nobody", "--reason", "x"], 4, "token is not known"],
    ["by somebody who may only read", ["hold", "--token", "r".repeat(32), "--reason", "x"], 5, "needs the role operator"],
  ])("%s", async (_, argv, code, said) => {
    expect(await run(...argv)).toMatchObject({ code, stderr: expect.stringContaining(said) });
  });
});
