import { expect, test } from "vitest";
import { conductor } from "../../test/support/build.ts";
import { MemoryGit } from "../git/memory.ts";
import { buildFiles } from "./offline.ts";

const ambassador = (kind: string, name: string, spec: object) =>
  `---\n${JSON.stringify({ apiVersion: "getambassador.io/v3alpha1", kind, metadata: { name }, spec })}\n`;
const mapping = (name: string, spec: object = {}) =>
  ambassador("Mapping", name, { hostname: "*", prefix: `/${name}/`, service: "a", ...spec });
const base =
  ambassador("Listener", "http", {
    port: 8080,
    protocol: "HTTP",
    securityModel: "INSECURE",
    hostBinding: { namespace: { from: "ALL" } },
  }) +
  ambassador("Host", "all", { hostname: "*", requestPolicy: { insecure: { action: "Route" } } }) +
  mapping("a");
const fleet = (name: string, include: string) =>
  `---\napiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: ${name}}\nspec: {nodes: {id: ["*"]}, documents: {include: ["${include}"]}}\n`;

test.each<[string, Record<string, string>, { selected: number; heldBack: number; leftOut: number; ignored: number }]>([
  ["served", { "a.yaml": base }, { selected: 3, heldBack: 0, leftOut: 0, ignored: 0 }],
  ["a document that is invalid", { "a.yaml": base + mapping("b", { prefix: 7 }) }, { selected: 3, heldBack: 0, leftOut: 1, ignored: 0 }],
  [
    "one that only the plan leaves out",
    { "a.yaml": base + mapping("b", { hostname: undefined }) },
    { selected: 3, heldBack: 0, leftOut: 1, ignored: 0 },
  ],
  [
    "one that is not served yet",
    { "a.yaml": `${base}---\napiVersion: getambassador.io/v3alpha1\nkind: RateLimit\nmetadata: {name: r}\n` },
    { selected: 3, heldBack: 0, leftOut: 1, ignored: 0 },
  ],
  [
    "one whose name is taken",
    { "a.yaml": base, "b.yaml": mapping("a", { prefix: "/x/" }) },
    { selected: 3, heldBack: 0, leftOut: 1, ignored: 0 },
  ],
  [
    "a field that has no effect",
    { "a.yaml": base + mapping("b", { timeuot_ms: 1 }) },
    { selected: 4, heldBack: 0, leftOut: 0, ignored: 0 },
  ],
  [
    "a file that cannot be read",
    { "a.yaml": base, "b.yaml": `${mapping("b")}${mapping("c")}x: [\n` },
    { selected: 3, heldBack: 0, leftOut: 1, ignored: 0 },
  ],
  [
    "other kinds",
    { "a.yaml": base, "b.yaml": "apiVersion: apps/v1\nkind: Deployment\n" },
    { selected: 3, heldBack: 0, leftOut: 0, ignored: 1 },
  ],
  [
    "another installation's, valid or not",
    { "a.yaml": base + mapping("b", { ambassador_id: ["x"] }) + mapping("c", { ambassador_id: ["x"], prefix: 7 }) },
    { selected: 3, heldBack: 0, leftOut: 0, ignored: 2 },
  ],
  ["a Fleet document", { "a.yaml": base + fleet("edge", "**") }, { selected: 4, heldBack: 0, leftOut: 0, ignored: 0 }],
  [
    "two fleets, each with a part of the files, and a file that neither reads",
    {
      "f.yaml": fleet("edge", "edge/**") + fleet("core", "core/**"),
      "edge/a.yaml": base,
      "core/a.yaml": base + mapping("b", { prefix: 7 }),
      "c.yaml": mapping("c"),
    },
    { selected: 8, heldBack: 0, leftOut: 1, ignored: 1 },
  ],
  [
    "a Secret in the clear is left out, not ignored",
    { "a.yaml": base, "b.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: x}\n" },
    { selected: 3, heldBack: 0, leftOut: 1, ignored: 0 },
  ],
])("%s", async (_, files, counts) => {
  const { documents, problems } = await buildFiles(new Map(Object.entries(files)));
  expect(documents, JSON.stringify(problems)).toEqual(counts);
});

test("an invalid document of another installation is no problem of this one", async () => {
  const { problems } = await buildFiles(new Map([["a.yaml", base + mapping("c", { ambassador_id: ["x"], prefix: 7 })]]));
  expect(problems).toEqual([]);
});

test("of one fleet, what the others read is of no concern", async () => {
  const git = new MemoryGit();
  const files = { "f.yaml": fleet("edge", "edge/**") + fleet("core", "core/**"), "edge/a.yaml": base, "core/b.yaml": "x: [\nkind: 1" };
  const made = conductor(git);
  await made.build(git.snapshot(new Map(Object.entries(files))));
  expect(made.counts("edge")).toEqual({ virtualHosts: 1, routes: 1 });
  expect(made.documents("edge")).toEqual({ selected: 3, heldBack: 0, leftOut: 0, ignored: 3 });
  expect(made.documents("core")).toEqual({ selected: 0, heldBack: 0, leftOut: 0, ignored: 6 });
  expect(made.documents("other")).toMatchObject({ selected: 0 });
});

test("what is ignored can be told one by one", async () => {
  const files = {
    "a.yaml": base + mapping("b", { ambassador_id: ["x"] }),
    "k8s.yaml": "# no group of ours\nkind: Job\n---\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n---\n- 1\n",
    "list.yaml":
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- {apiVersion: v1, kind: Secret, stringData: {password: x}}\n",
    "template.yaml": "x: [\n",
    "portolan.yaml": "apiVersion: portolan.dev/v1alpha1\nkind: Server\n",
  };
  const built = await buildFiles(new Map(Object.entries(files)));
  const ignored = await built.ignored();
  expect(ignored.map(({ at, document, why }) => `${at.path}:${at.line} ${document}: ${why}`)).toEqual([
    "a.yaml:8 getambassador.io/v3alpha1 Mapping b: no fleet reads it, by its path or its ambassador_id",
    "k8s.yaml:2 Job: it is of no kind that Portolan reads",
    "k8s.yaml:5 apps/v1 Deployment web: it is of no kind that Portolan reads",
    "k8s.yaml:9 a document without apiVersion and kind: it is of no kind that Portolan reads",
    "list.yaml:4 v1 Pod: it is of no kind that Portolan reads",
    "portolan.yaml:1 portolan.dev/v1alpha1 Server: it is the configuration of a server",
    "template.yaml:undefined a file that is not YAML: it is of no kind that Portolan reads",
  ]);
  expect(built.documents).toEqual({ selected: 3, heldBack: 0, leftOut: 1, ignored: ignored.length });
});
