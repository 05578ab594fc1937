import type { Hono } from "hono";
import type { Manifest } from "../../snapshot/manifest.ts";
import { answer, answerList, answerPage } from "../answer.ts";
import { resourceJson, snapshotJson } from "../json.ts";
import { name, paging, parameters, time, type } from "../parameters.ts";
import { historyPage, noSnapshot, snapshotOf } from "../snapshot-of.ts";
import type { View } from "../view.ts";

/** `/snapshots?fleet=&since=`, `/snapshots/{sha}?fleet=` and `/snapshots/{sha}/resources?fleet=&type=&name=`. */
export function snapshotEndpoints(app: Hono, view: View): void {
  const toJson = (manifest: Manifest) => snapshotJson(manifest, view);
  app.get("/snapshots", async (c) => {
    const asked = parameters(c.req.query(), { fleet: name.optional(), since: time.optional(), ...paging });
    return answerPage(c, await historyPage(view, asked), toJson);
  });
  app.get("/snapshots/:sha", async (c) => {
    const { fleet } = parameters(c.req.query(), { fleet: name.optional() });
    return answer(c, toJson(await snapshotOf(view, c.req.param("sha"), fleet)));
  });
  app.get("/snapshots/:sha/resources", async (c) => {
    const { fleet, limit, cursor, ...filter } = parameters(c.req.query(), {
      fleet: name.optional(),
      type: type.optional(),
      name: name.optional(),
      ...paging,
    });
    const manifest = await snapshotOf(view, c.req.param("sha"), fleet);
    const resources = await view.resources(manifest.commit, manifest.fleet, filter);
    if (resources === undefined) throw noSnapshot(manifest.commit, manifest.fleet);
    return answerList(c, resources, (one) => `${one.type}/${one.name}`, { limit, cursor }, resourceJson);
  });
}
