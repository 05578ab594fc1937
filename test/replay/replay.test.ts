import { authorisation } from "./cases/auth.ts";
import { connections } from "./cases/connections.ts";
import { discovery } from "./cases/discovery.ts";
import { errors } from "./cases/errors.ts";
import { hosts } from "./cases/hosts.ts";
import { matching } from "./cases/matching.ts";
import { logs, modules } from "./cases/module.ts";
import { older } from "./cases/older.ts";
import { order } from "./cases/order.ts";
import { redirects } from "./cases/redirects.ts";
import { refused } from "./cases/refused.ts";
import { rewrites } from "./cases/rewrites.ts";
import { services } from "./cases/services.ts";
import { tls } from "./cases/tls.ts";
import { upgrades } from "./cases/upgrades.ts";
import { upstreams } from "./cases/upstreams.ts";
import { weights } from "./cases/weights.ts";
import { replay } from "./replay.ts";

/** Every set-up gets real requests, through one Envoy for all of them. */
replay({
  authorisation,
  connections,
  discovery,
  errors,
  hosts,
  logs,
  matching,
  modules,
  older,
  order,
  redirects,
  refused,
  rewrites,
  services,
  tls,
  upgrades,
  upstreams,
  weights,
});
