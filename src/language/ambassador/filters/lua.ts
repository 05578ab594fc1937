import { parse } from "luaparse";
import type { FilterUse } from "../../../model/model.ts";
import { type Finding, finding } from "../../../problem/finding.ts";

/** Runs the Module's `lua_scripts` on every request. Envoy runs the text when it loads it and refuses the listener if it fails; a text that does not parse always does. */
export function lua(script: string, findings: Finding[]): FilterUse {
  const mistake = syntaxMistake(script);
  if (mistake !== undefined) findings.push(finding("ambassador/lua-invalid", "/spec/config/lua_scripts", `this is no Lua 5.1: ${mistake}`));
  return {
    filter: "lua",
    config: { type: "envoy.extensions.filters.http.lua.v3.Lua", value: { default_source_code: { inline_string: script } } },
  };
}

/** Envoy runs LuaJIT, which is Lua 5.1 with some of 5.2: `goto`, and escapes of characters. */
function syntaxMistake(script: string): string | undefined {
  try {
    parse(script, { luaVersion: "LuaJIT", comments: false });
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError || error instanceof RangeError ? error.message : String(error);
  }
}
