import type { Hono } from "hono";
import { answer, answerList } from "../answer.ts";
import { currentOf, fleetJson } from "../json.ts";
import { paging, parameters } from "../parameters.ts";
import { RequestError } from "../request-error.ts";
import type { FleetState, View } from "../view.ts";

/** `/fleets` and `/fleets/{name}`. */
export function fleetEndpoints(app: Hono, view: View): void {
  const toJson = (fleet: FleetState) => fleetJson(fleet, currentOf(view, fleet));
  app.get("/fleets", (c) => answerList(c, view.fleets(), (fleet) => fleet.name, parameters(c.req.query(), paging), toJson));
  app.get("/fleets/:name", (c) => {
    parameters(c.req.query(), {});
    const fleet = view.fleets().find(({ name }) => name === c.req.param("name"));
    if (fleet === undefined) throw new RequestError("not-found", `there is no fleet ${c.req.param("name")}`);
    return answer(c, toJson(fleet));
  });
}
