import { expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";

test("the kinds are listed", async () => {
  const { code, stdout, stderr } = await cli(["kinds"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^KIND +API VERSION +SERVED +FIELDS\n/);
  expect(stdout).toMatch(/^Mapping +getambassador\.io\/v3alpha1 +yes +\d+$/m);
  expect(stdout).toMatch(/^Ownership +portolan\.dev\/v1alpha1 +no$/m);
});

test("the fields of one are listed, its name in any case", async () => {
  const { stdout } = await cli(["kinds", "upstream"]);
  expect(stdout).toMatch(/^FIELD +TYPE +REQUIRED +SERVED +DEFAULT +BECOMES\n/);
  expect(stdout).toMatch(/^addresses\[\]\.zone +string +no +yes +`locality\.zone`$/m);
});

test("as JSON with all fields", async () => {
  const all = JSON.parse((await cli(["kinds", "-o", "json"])).stdout);
  expect(all).toMatchObject({ format_version: "1", command: "kinds" });
  const one = JSON.parse((await cli(["kinds", "Fleet", "-o", "json"])).stdout);
  expect(one.kinds).toEqual(all.kinds.filter(({ kind }: { readonly kind: string }) => kind === "Fleet"));
  expect(one.kinds[0].fields).toContainEqual(expect.objectContaining({ name: "groups", served: false }));
});

test("a schema is JSON unless YAML is asked for", async () => {
  const schema = JSON.parse((await cli(["kinds", "--schema", "host"])).stdout);
  expect(schema).toMatchObject({ title: "Host (getambassador.io/v3alpha1)", properties: { kind: { const: "Host" } } });
  expect((await cli(["kinds", "--schema", "host", "-o", "yaml"])).stdout).toMatch(/^"?\$schema"?: /);
});

test("a kind that there is not is told, with those that there are", async () => {
  const { code, stderr } = await cli(["kinds", "Mappin"]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: there is no kind Mappin; there are AuthService, /)]);
});
