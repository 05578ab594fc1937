import type { Hono } from "hono";
import { answer, answerList } from "../answer.ts";
import { nodeJson } from "../json.ts";
import { name, paging, parameters, selector, status } from "../parameters.ts";
import { RequestError } from "../request-error.ts";
import type { View } from "../view.ts";

/** `/nodes?fleet=&state=&selector=` and `/nodes/{id}`. */
export function nodeEndpoints(app: Hono, view: View): void {
  app.get("/nodes", (c) => {
    const shape = { fleet: name.optional(), state: status.optional(), selector: selector.optional(), ...paging };
    const { fleet, state, selector: isMeant = () => true, ...request } = parameters(c.req.query(), shape);
    return answerList(c, view.nodes({ fleet, state }).filter(isMeant), (node) => `${node.fleet}/${node.id}`, request, nodeJson);
  });
  app.get("/nodes/:id", (c) => {
    parameters(c.req.query(), {});
    const node = view.node(c.req.param("id"));
    if (node === undefined) throw new RequestError("not-found", `there is no node ${c.req.param("id")}`);
    return answer(c, nodeJson(node));
  });
}
