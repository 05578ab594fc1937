import type { Hono } from "hono";
import { answer, answerList } from "../answer.ts";
import { resourceJson, snapshotJson } from "../json.ts";
import { name, paging, parameters, type } from "../parameters.ts";
import { noSnapshot, snapshotOf } from "../snapshot-of.ts";
import type { View } from "../view.ts";

/** `/snapshots?fleet=`, `/snapshots/{sha}?fleet=` and `/snapshots/{sha}/resources?fleet=&type=&name=`. */
export function snapshotEndpoints(app: Hono, view: View): void {
  app.get("/snapshots", (c) => {
    const { fleet, ...request } = parameters(c.req.query(), { fleet: name.optional(), ...paging });
    return answerList(c, view.snapshots(fleet), (one) => `${one.fleet}/${one.sequence}`, request, snapshotJson);
  });
  app.get("/snapshots/:sha", (c) => {
    const { fleet } = parameters(c.req.query(), { fleet: name.optional() });
    return answer(c, snapshotJson(snapshotOf(view, c.req.param("sha"), fleet)));
  });
  app.get("/snapshots/:sha/resources", async (c) => {
    const { fleet, limit, cursor, ...filter } = parameters(c.req.query(), {
      fleet: name.optional(),
      type: type.optional(),
      name: name.optional(),
      ...paging,
    });
    const manifest = snapshotOf(view, c.req.param("sha"), fleet);
    const resources = await view.resources(manifest.commit, manifest.fleet, filter);
    if (resources === undefined) throw noSnapshot(manifest.commit, manifest.fleet);
    return answerList(c, resources, (one) => `${one.type}/${one.name}`, { limit, cursor }, resourceJson);
  });
}
