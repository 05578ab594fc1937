import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { ask } from "../../src/server/demo/ask.ts";
import { envoyBinary } from "../../src/server/demo/envoy-binary.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import { root } from "../architecture/source-files.ts";

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
}

const file = parse(readFileSync(join(root, "docker-compose.yml"), "utf8")) as { services: Record<string, Service>; volumes: object };
const running: ChildProcess[] = [];
const work = mkdtempSync(join(tmpdir(), "portolan-compose-"));

afterAll(async () => {
  for (const child of running.reverse()) {
    if (child.exitCode !== null) continue;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
  rmSync(work, { recursive: true, force: true });
});

test("what the compose file mounts is there, and what it names as a volume is declared", () => {
  for (const volume of Object.values(file.services).flatMap((service) => service.volumes ?? [])) {
    const [from = ""] = volume.split(":");
    if (from.startsWith("./")) expect(existsSync(join(root, from)), volume).toBe(true);
    else expect(Object.keys(file.volumes)).toContain(from);
  }
});

test("every container's command runs as a plain process, and requests go through", async () => {
  const [xds, api, grpc, listener, cart, web] = await Promise.all([freePort(), freePort(), freePort(), freePort(), freePort(), freePort()]);
  // Containers have names, ports and paths of their own; plain processes share the machine's.
  const here = (text: string) =>
    text
      .replace(/("address": )"portolan"/g, '$1"127.0.0.1"')
      .replaceAll("STRICT_DNS", "STATIC")
      .replaceAll("18000", String(xds))
      .replaceAll("0.0.0.0:18080", `127.0.0.1:${api}`)
      .replace(/"port_value": 9901/, '"port_value": 0')
      .replaceAll("cart:9001", `127.0.0.1:${cart}`)
      .replaceAll("web:9002", `127.0.0.1:${web}`)
      .replace(/^9001$/, String(cart))
      .replace(/^9002$/, String(web))
      .replace("port: 8080", `port: ${listener}`)
      .replace(/^\/(compose|envoy|examples)\b/, `${work}/$1`)
      .replaceAll("0.0.0.0:", "127.0.0.1:")
      .replaceAll("path: /repository", `path: ${work}/repository`)
      .replaceAll("dataDir: /data", `dataDir: ${work}/data`)
      .replace(/^\/repository$/, `${work}/repository`)
      .replace("auth:", `  grpc: {address: "127.0.0.1:${grpc}"}\nauth:`);
  for (const folder of ["compose", "envoy", "examples"]) {
    cpSync(join(root, folder), join(work, folder), { recursive: true });
    for (const name of readdirSync(join(work, folder), { recursive: true, encoding: "utf8" })) {
      const path = join(work, folder, name);
      if (statSync(path).isFile()) writeFileSync(path, here(readFileSync(path, "utf8")));
    }
  }
  const command = (name: string) => (file.services[name]?.command ?? []).map(here);
  const start = (program: string, args: readonly string[]) => {
    const child = spawn(program, args, { stdio: "ignore" });
    running.push(child);
    return child;
  };

  const [shell = "", ...seed] = (file.services.repository?.entrypoint ?? []).map(here);
  execFileSync(shell, seed);
  for (const name of ["cart", "web"]) {
    const [, ...args] = command(name);
    start(process.execPath, [...args, "127.0.0.1"]);
  }
  start(join(root, "bin/portolan"), command("portolan"));
  await until("the control plane", async () => (await fetch(`http://127.0.0.1:${api}/readyz`)).ok);
  for (const name of ["envoy-delta", "envoy-sotw"]) {
    const [, ...args] = command(name);
    start(envoyBinary(), [...args, "--use-dynamic-base-id", "-l", "error"]);
  }
  await until("both Envoys", async () => {
    const { items } = (await (await fetch(`http://127.0.0.1:${api}/api/v1alpha1/nodes`)).json()) as {
      items: { state: string; protocol: string }[];
    };
    return items.length === 2 && items.every((node) => node.state === "accepted");
  });
  const answer = await until("an answer", async () => {
    const one = await ask(listener, "http://shop.example.com/cart/");
    return one.status === 200 && one;
  });
  expect(answer.upstream).toBe("cart");
}, 60_000);
