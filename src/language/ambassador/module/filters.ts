import type { FilterUse } from "../../../model/model.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import { buffer } from "../filters/buffer.ts";
import { compressor } from "../filters/compressor.ts";
import { grpcHttp1Bridge } from "../filters/grpc-http1-bridge.ts";
import { grpcStats } from "../filters/grpc-stats.ts";
import { grpcWeb } from "../filters/grpc-web.ts";
import { ipFilters } from "../filters/ip-filter.ts";
import { lua } from "../filters/lua.ts";
import type { ModuleInput } from "./module-schema.ts";
import type { ModuleSettings } from "./module-settings.ts";

/** The filters that the Module asks for (ambassador.md 10.2); their order is that of the one table in `envoy/`. */
export function filtersOf(input: ModuleInput, findings: Finding[]): Pick<ModuleSettings, "filters" | "hasLua"> {
  const script = input.lua_scripts ?? "";
  const filters: (FilterUse | undefined)[] = [
    enabled("enable_grpc_http11_bridge", input, findings) ? grpcHttp1Bridge : undefined,
    enabled("enable_grpc_web", input, findings) ? grpcWeb : undefined,
    input.grpc_stats === undefined ? undefined : grpcStats(input.grpc_stats),
    script === "" ? undefined : lua(script, findings),
    input.gzip === undefined ? undefined : compressor(input.gzip),
    input.buffer === undefined ? undefined : buffer(input.buffer, findings),
    ...ipFilters(input, findings),
  ];
  return { filters: filters.filter((use) => use !== undefined), hasLua: script !== "" };
}

function enabled(key: "enable_grpc_http11_bridge" | "enable_grpc_web", input: ModuleInput, findings: Finding[]): boolean {
  if (input[key] === false)
    findings.push(finding("ambassador/presence-flag", `/spec/config/${key}`, `${key} is off; Emissary turns it on for being there`));
  return input[key] === true;
}
