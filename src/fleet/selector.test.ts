import { expect, test } from "vitest";
import { node, oid } from "../../test/support/fake-view.ts";
import { nodeSelector } from "./selector.ts";

const edge = node("eu/edge-1", oid("b2"), { metadata: { env: "prod", canary: true, "a.b": "" }, state: "pending" });

test.each([
  ["id=eu/edge-1", true],
  ["id=eu/*", true],
  ["id=edge-*", false],
  ["fleet=default,cluster=edge", true],
  ["fleet=default,cluster=core", false],
  [" zone = z1 , region!=eu ", true],
  ["zone!=z*", false],
  ["state=pending", true],
  ["state={pending,rejected}", undefined],
  ["state=@(pending|rejected)", true],
  ["version=1.4*", true],
  ["metadata.env=prod", true],
  ["metadata.canary=true", true],
  ["metadata.nothing=*", false],
  ["metadata.nothing!=x", true],
  ["metadata.toString=*", false],
  ["metadata.a.b=x", false],
  ["", undefined],
  ["edge-1", undefined],
  ["name=x", undefined],
  ["metadata.=x", undefined],
  ["toString=x", undefined],
  ["id=", undefined],
  ["id=a,", undefined],
])("%j", (text, fits) => {
  expect(nodeSelector(text)?.(edge)).toBe(fits);
});
