import { fileURLToPath } from "node:url";
import type { Io } from "../cli/io.ts";
import { ask } from "./demo/ask.ts";
import { type EnvoyProcess, envoyProcess } from "./demo/envoy-process.ts";
import { freePort } from "./demo/free-port.ts";
import { type Repository, repository } from "./demo/repository.ts";
import { type ServerProcess, serverProcess } from "./demo/server-process.ts";
import { type ShopPorts, shop } from "./demo/shop.ts";
import { story } from "./demo/story.ts";
import { until } from "./demo/until.ts";
import { upstream } from "./demo/upstream.ts";

/** What the demo has running. */
export interface Stage {
  readonly repo: Repository;
  readonly server: ServerProcess;
  readonly envoys: { readonly delta: EnvoyProcess; readonly sotw: EnvoyProcess };
  readonly ports: ShopPorts;
  say(line: string): void;
}

/** Plays the story once and gives 0 or 1, or stays up for the user to try it. Whatever it has started is stopped in the end. */
export async function demo(io: Io, options: { readonly once?: boolean; readonly envoy?: string }): Promise<number> {
  const closers: (() => Promise<void> | void)[] = [];
  const keep = <T>(made: T, close: (made: T) => Promise<void> | void): T => {
    closers.push(() => close(made));
    return made;
  };
  const say = (line: string) => io.stdout.write(`${line}\n`);
  const interrupted = io.interrupt();
  try {
    const cart = keep(await upstream("cart"), (one) => one.close());
    const web = keep(await upstream("web"), (one) => one.close());
    const ports = { delta: await freePort(), sotw: await freePort(), cart: cart.port, web: web.port };
    const repo = keep(repository(), (one) => one.remove());
    const sha = repo.commit(shop(ports), "Open the shop");
    say(`repository     ${repo.path}   3 Hosts, 12 Mappings, commit ${sha.slice(0, 12)}`);
    const server = keep(await serverProcess(repo.path), (one) => one.stop());
    say(`control plane  ${server.api}   xDS on 127.0.0.1:${server.xdsPort}`);
    const start = (mode: "delta" | "sotw") =>
      envoyProcess({ id: mode, xdsPort: server.xdsPort, mode, ...(options.envoy === undefined ? {} : { binary: options.envoy }) });
    const envoys = { delta: keep(await start("delta"), (one) => one.stop()), sotw: keep(await start("sotw"), (one) => one.stop()) };
    for (const mode of ["delta", "sotw"] as const) {
      await until(`the ${mode} Envoy to serve`, async () => (await ask(ports[mode], "http://shop.example.com/")).status === 200);
      say(`Envoy          http://127.0.0.1:${ports[mode]}   ${mode}, admin ${envoys[mode].admin}`);
    }
    const stage: Stage = { repo, server, envoys, ports, say };
    if (options.once) return await story(stage);
    invite(stage);
    if (!interrupted.aborted) await new Promise((resolve) => interrupted.addEventListener("abort", resolve));
    return 0;
  } catch (error) {
    io.stderr.write(`the demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

const portolan = fileURLToPath(new URL("../../bin/portolan", import.meta.url));

function invite({ repo, server, ports, say }: Stage): void {
  say(`
Try it in another terminal:

  cd ${repo.path}
  curl -s -H 'host: shop.example.com' http://127.0.0.1:${ports.delta}/cart/      # the cart answers
  sed -i 's/service: cart/service: web/' mappings/cart.yaml
  git commit -qam 'Send the cart to web'
  curl -s -H 'host: shop.example.com' http://127.0.0.1:${ports.delta}/cart/      # now web does
  ${portolan} status --server-url ${server.api}

Ctrl-C ends it all and removes the repository.`);
}
