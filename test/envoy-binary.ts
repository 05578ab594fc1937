export { envoyBinary } from "../src/server/demo/envoy-binary.ts";
