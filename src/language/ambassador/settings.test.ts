import { expect, test } from "vitest";
import { fleet } from "../../../test/support/ambassador.ts";
import { readSpec } from "../schema.ts";
import { ambassadorSettings, settingsOf } from "./settings.ts";

const read = (value: Parameters<typeof readSpec>[1]) =>
  readSpec(ambassadorSettings, value, { pointer: "/spec/ambassador", unknownField: "error" });

test("the settings of this release are read", () => {
  const { spec, findings } = read({ namespace: "edge", ids: ["a"], http3Port: 8443 });
  expect([spec, findings]).toEqual([{ namespace: "edge", ids: ["a"], http3Port: 8443 }, []]);
  expect(settingsOf({ ...fleet, languages: { ambassador: { namespace: "edge" } } })).toMatchObject({ namespace: "edge", ids: ["default"] });
  expect(settingsOf(fleet)).toEqual({
    namespace: "default",
    ids: ["default"],
    http3Port: 443,
    verifyUpstreams: "none",
    variables: {},
    files: {},
    looseLabelSelectors: false,
    probeRoutes: false,
  });
});

test.each(["inputNamespaces", "labelSelector", "variables", "looseLabelSelectors", "probeRoutes", "files"])("%s has a type", (name) => {
  expect(read({ [name]: 7 }).findings).toMatchObject([{ code: "document/wrong-type", pointer: `/spec/ambassador/${name}` }]);
});

test("a misspelt setting is an error", () => {
  expect(read({ id: ["a"] }).findings).toMatchObject([{ code: "document/unknown-field", severity: "error", fix: "did you mean ids?" }]);
});
