import type { FilterUse } from "../../../model/model.ts";

/** Runs the Module's `lua_scripts` on every request. */
export function lua(script: string): FilterUse {
  return {
    filter: "lua",
    config: { type: "envoy.extensions.filters.http.lua.v3.Lua", value: { default_source_code: { inline_string: script } } },
  };
}
