/**
 * How route tables are cut into resources: one table is one RouteConfiguration.
 * Other packings (virtual hosts on demand) belong here; neither languages nor model know of them.
 */
import { encode } from "../codec/encode.ts";
import { join, lengthDelimited } from "../codec/wire.ts";
import type { TableName } from "../model/model.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Resource } from "./resource.ts";
import { encodedResource } from "./resource.ts";
import { CDS, RDS } from "./type-url.ts";
import type { EncodedHost } from "./virtual-host.ts";

const virtualHostsField = 2;

/** The RouteConfiguration of a table, joined from its virtual hosts, whose order means nothing and is that of their domains. */
export function routeTable(table: TableName, hosts: readonly EncodedHost[]): Resource {
  const sorted = [...hosts].sort((a, b) => byCodePoint(a.host, b.host));
  const head = encode("envoy.config.route.v3.RouteConfiguration", { name: table });
  const bytes = join([head, ...sorted.map((host) => lengthDelimited(virtualHostsField, host.bytes))]);
  const clusters = new Set(sorted.flatMap((host) => host.clusters));
  return encodedResource(
    RDS,
    table,
    bytes,
    [...clusters].map((name) => ({ type: CDS, name })),
  );
}
