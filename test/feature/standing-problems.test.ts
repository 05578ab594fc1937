import { expect, test } from "vitest";
import { readConfig } from "../../src/cli/config/read.ts";
import { plane } from "../support/plane.ts";

test("what is wrong with the configuration and with the certificates stands as long as it lasts", async () => {
  const text =
    'apiVersion: portolan.dev/v1alpha1\nkind: Server\nsources: [{name: a, path: ., branch: main}]\nlisten: {xds: {address: "0.0.0.0:1", insecure: true}}\n';
  const { view, close } = plane({ standing: readConfig(text, "/etc/portolan.yaml", "portolan.yaml").problems });
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
  await close();
});

test("that the audit log cannot be written stands as long as it lasts", async () => {
  const { view, audit, close } = plane({ auditPath: "/dev/null/audit.jsonl" });
  expect(view.problems()).toEqual([]);
  const changed = view.changed(AbortSignal.timeout(5_000));
  audit.add({ type: "config.loaded", actor: { kind: "system", name: "portolan" }, outcome: "ok" });
  await audit.flush();
  await changed;
  expect(view.problems()).toMatchObject([
    { code: "audit/unwritable", message: expect.stringContaining("/dev/null/audit.jsonl cannot be written") },
  ]);
  await close();
});
