import { createTwoFilesPatch } from "diff";
import type { Resource } from "../envoy/resource.ts";
import { shortName } from "../envoy/type-url.ts";
import type { ResourceChange } from "../snapshot/changes.ts";
import { show } from "./show.ts";
import { yamlText } from "./yaml-text.ts";

/** A resource that differs, as a unified difference of its canonical YAML, secrets replaced. */
export function patchOf({ before, after }: ResourceChange): string {
  const text = (resource: Resource | undefined) => (resource === undefined ? "" : yamlText(show(resource)));
  const name = (side: string, resource: Resource | undefined) =>
    resource === undefined ? "/dev/null" : `${side}/${shortName(resource.type)}/${resource.name}`;
  const patch = createTwoFilesPatch(name("a", before), name("b", after), text(before), text(after), "", "", { context: 3 });
  // The first line is a ruler that only some tools write.
  return patch.replace(/^=+\n/, "");
}
