import type { Hono } from "hono";
import { answer, answerList } from "../answer.ts";
import { nodeJson } from "../json.ts";
import { name, paging, parameters, status } from "../parameters.ts";
import { RequestError } from "../request-error.ts";
import type { View } from "../view.ts";

/** `/nodes?fleet=&state=` and `/nodes/{id}`. */
export function nodeEndpoints(app: Hono, view: View): void {
  app.get("/nodes", (c) => {
    const { fleet, state, ...request } = parameters(c.req.query(), { fleet: name.optional(), state: status.optional(), ...paging });
    return answerList(c, view.nodes({ fleet, state }), (node) => `${node.fleet}/${node.id}`, request, nodeJson);
  });
  app.get("/nodes/:id", (c) => {
    parameters(c.req.query(), {});
    const node = view.node(c.req.param("id"));
    if (node === undefined) throw new RequestError("not-found", `there is no node ${c.req.param("id")}`);
    return answer(c, nodeJson(node));
  });
}
