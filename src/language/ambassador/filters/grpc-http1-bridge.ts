import type { FilterUse } from "../../../model/model.ts";

/** Lets HTTP/1 clients call gRPC services (`enable_grpc_http11_bridge`). */
export const grpcHttp1Bridge: FilterUse = {
  filter: "grpc_http1_bridge",
  config: { type: "envoy.extensions.filters.http.grpc_http1_bridge.v3.Config", value: {} },
};
