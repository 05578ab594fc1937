import type { Hono } from "hono";
import { answer, answerList } from "../answer.ts";
import { sourceJson } from "../json.ts";
import { paging, parameters } from "../parameters.ts";
import { RequestError } from "../request-error.ts";
import type { View } from "../view.ts";

/** `/sources` and `/sources/{name}`. */
export function sourceEndpoints(app: Hono, view: View): void {
  app.get("/sources", (c) => answerList(c, view.sources(), (source) => source.name, parameters(c.req.query(), paging), sourceJson));
  app.get("/sources/:name", (c) => {
    parameters(c.req.query(), {});
    const source = view.sources().find(({ name }) => name === c.req.param("name"));
    if (source === undefined) throw new RequestError("not-found", `there is no source ${c.req.param("name")}`);
    return answer(c, sourceJson(source));
  });
}
