import { type Resource, resource, type TypeUrl } from "../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import type { JsonObject } from "../../src/model/json.ts";

const managerType = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const routerType = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

/** Makes the message of a name; `revision` stands in it somewhere, so that another one gives other bytes. */
type Fill = (name: string, revision: number) => JsonObject;

const cluster: Fill = (name, revision) => ({
  name,
  type: "STATIC",
  connect_timeout: `${1 + revision}s`,
  load_assignment: assignment(name, 0),
});

const assignment: Fill = (name, revision) => ({
  cluster_name: name,
  endpoints: [
    { lb_endpoints: [{ endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: 10_000 + (revision % 10_000) } } } }] },
  ],
});

const routes: Fill = (name, revision) => ({
  name,
  virtual_hosts: [
    {
      name: "all",
      domains: ["*"],
      routes: [{ match: { prefix: "/" }, direct_response: { status: 200, body: { inline_string: `revision ${revision}` } } }],
    },
  ],
});

const listener: Fill = (name, revision) => ({
  name,
  address: { socket_address: { address: "127.0.0.1", port_value: 10_000 } },
  filter_chains: [
    {
      filters: [
        {
          name: "http",
          typed_config: {
            "@type": managerType,
            stat_prefix: "http",
            route_config: routes("inline", revision),
            http_filters: [{ name: "router", typed_config: { "@type": routerType } }],
          },
        },
      ],
    },
  ],
});

const fills: ReadonlyMap<TypeUrl, Fill> = new Map([
  [CDS, cluster],
  [EDS, assignment],
  [RDS, routes],
  [LDS, listener],
]);

/** A valid resource of this name that refers to nothing, so that nothing has to wait for anything; `undefined` for a type that is not served. */
export function filled(type: TypeUrl, name: string, revision: number): Resource | undefined {
  const message = fills.get(type)?.(name, revision);
  return message === undefined ? undefined : resource(type, name, message);
}
