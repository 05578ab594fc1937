/** `npm run adapter [host ...]`: ready for `xds-test-harness` until it is interrupted. */
import { startAdapter } from "./start.ts";

const hosts = process.argv.slice(2);
const adapter = await startAdapter({ hosts: hosts.length === 0 ? ["127.0.0.1", "::1"] : hosts, adapterPort: 17_000, targetPort: 18_000 });
process.stdout.write(`the adapter listens on port ${adapter.adapterPort}, the server under test on ${adapter.targetPort}\n`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void adapter.close().then(() => process.exit(0)));
