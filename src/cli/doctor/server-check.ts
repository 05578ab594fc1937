import type { NodeJson } from "../../api/shapes.ts";
import type { Client } from "../client.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { lineText } from "../problem-text.ts";
import { short } from "../words.ts";
import { type Check, fail, ok } from "./check.ts";

/** What the server says of a node. */
export async function serverCheck(id: string, client: Client): Promise<Check> {
  try {
    const { body } = await client.get<NodeJson>(`/nodes/${encodeURIComponent(id)}`);
    if (body === undefined) throw new Error("a node without a body");
    return nodeCheck(body);
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode === exitCode.interrupted) throw error;
    if (error.exitCode === exitCode.refused)
      return fail("server", `does not know the node ${id}`, "portolan status shows those that it knows");
    return { result: "warn", check: "server", finding: error.message };
  }
}

function nodeCheck({ fleet, state, converged, target, types }: NodeJson): Check {
  const has = converged === undefined ? "nothing yet" : short(converged);
  const finding = `${state} in fleet ${fleet}, has ${has}${target === undefined || target === converged ? "" : ` and should have ${short(target)}`}`;
  const rejected = Object.entries(types).find(([, one]) => one.state === "rejected");
  if (rejected !== undefined) {
    const [type, { error = "", at }] = rejected;
    return fail("server", `${finding}; ${type} rejected${at === undefined ? "" : ` ${lineText(at)}`}: ${error}`, "mend that line");
  }
  return state === "offline" ? fail("server", finding, "it has no stream of this node") : ok("server", finding);
}
