export { until } from "../../src/server/demo/until.ts";
