import type { FilterUse } from "../../../model/model.ts";

/** Lets browsers call gRPC services (`enable_grpc_web`). */
export const grpcWeb: FilterUse = {
  filter: "grpc_web",
  config: { type: "envoy.extensions.filters.http.grpc_web.v3.GrpcWeb", value: {} },
};
