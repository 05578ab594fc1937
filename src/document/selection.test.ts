import { describe, expect, it } from "vitest";
import type { TreeMode } from "../git/object.ts";
import { isClusterScoped, namespaceRules } from "./namespace.ts";
import { refusal } from "./refusal.ts";
import { defaultExclude, defaultInclude, selection } from "./selection.ts";

describe("selection", () => {
  it.each([
    ["a.yaml", true],
    ["a/b/c.yml", true],
    ["a.YAML", false],
    ["a.json", false],
    [".a.yaml", false],
    [".github/workflows/ci.yaml", false],
    ["a/.hidden/b.yaml", false],
    ["a/node_modules/b/c.yaml", false],
    ["constructor.yaml", true],
    ["__proto__/a.yaml", true],
    ["ä/ö.yaml", true],
    ["../a.yaml", false],
  ])("by default says of %s: %s", (path, selected) => {
    expect(selection(defaultInclude, defaultExclude, new Map())(path)).toBe(selected);
  });

  it("takes the globs that it is given", () => {
    const selects = selection(["routes/**/*.yaml"], ["**/test/**"], new Map());
    expect(["routes/a.yaml", "routes/.x/a.yaml", "other/a.yaml", "routes/test/a.yaml"].map(selects)).toEqual([true, true, false, false]);
  });

  const selects = selection(
    defaultInclude,
    [],
    new Map([
      ["", "# comment\ndrafts/\n*.gen.yaml\n/top.yaml\nCase.yaml\n"],
      ["team", "!keep.gen.yaml\nlocal/**\n!local/in.yaml\nsub/\n"],
      ["drafts", "!*.yaml\n"],
      ["team/sub", "!*.yaml\n"],
    ]),
  );

  it.each([
    ["a.yaml", true],
    ["drafts/a.yaml", false],
    ["x/drafts/a.yaml", false],
    ["x/a.gen.yaml", false],
    ["top.yaml", false],
    ["x/top.yaml", true],
    ["case.yaml", true],
    ["Case.yaml", false],
    ["team/keep.gen.yaml", true],
    ["team/other.gen.yaml", false],
    ["keep.gen.yaml", false],
    ["team/local/out.yaml", false],
    ["team/local/in.yaml", true],
    ["local/out.yaml", true],
    ["team/sub/a.yaml", false],
    ["teams/local/out.yaml", true],
  ])("by ignore files says of %s: %s", (path, selected) => {
    expect(selects(path)).toBe(selected);
  });
});

describe("refusal", () => {
  it.each([
    ["a.yaml", "100644", undefined],
    ["a.yaml", "100755", undefined],
    ["a.yaml", "120000", "source/symlink"],
    ["a.yaml", "160000", "source/gitlink"],
    ["a\u0000.yaml", "100644", "source/bad-name"],
    ["a\nb.yaml", "100644", "source/bad-name"],
    ["a\u0085.yaml", "100644", "source/bad-name"],
    ["../a.yaml", "100644", "source/bad-name"],
    ["a/./b.yaml", "100644", "source/bad-name"],
    ["a//b.yaml", "100644", "source/bad-name"],
    [".GIT/a.yaml", "100644", "source/bad-name"],
    [`${"ä".repeat(125)}.yaml`, "100644", undefined],
    [`${"ä".repeat(126)}.yaml`, "100644", "source/bad-name"],
  ] as const)("of %j with mode %s is %s", (path, mode: TreeMode, code) => {
    expect(refusal({ path, mode })?.code).toBe(code);
  });

  it("refuses a name that is not UTF-8", () => {
    expect(refusal({ path: "a\ufffd.yaml", mode: "100644", badName: true })).toMatchObject({ code: "source/bad-name", effect: "left-out" });
  });
});

describe("namespace rules", () => {
  const namespaceOf = namespaceRules([
    { path: "teams/*/**", namespace: "{1}" },
    { path: "platform/**", namespace: "platform" },
    { path: "**/apps/*-*/{a,b}/*.yaml", namespace: "{2}-{1}" },
    { path: "odd/*", namespace: "{2}" },
  ]);

  it.each([
    ["teams/payments/pay.yaml", "payments"],
    ["teams/payments/deep/er/pay.yaml", "payments"],
    ["platform/a.yaml", "platform"],
    ["x/apps/eu-shop/b/c.yaml", "shop-eu"],
    ["apps/eu-shop/a/c.yaml", "shop-eu"],
    ["elsewhere/a.yaml", "default"],
  ])("put %s into %s", (path, namespace) => {
    expect(namespaceOf(path)).toBe(namespace);
  });

  it.each(["teams/Payments/pay.yaml", "teams/a.b/pay.yaml", "odd/a.yaml"])("give a finding for %s", (path) => {
    expect(namespaceOf(path)).toMatchObject({ code: "document/bad-namespace", severity: "error", effect: "left-out" });
  });

  it("are not for kinds without namespaces", () => {
    expect(isClusterScoped("portolan.dev", "Fleet")).toBe(true);
    expect(isClusterScoped("gateway.networking.k8s.io", "GatewayClass")).toBe(true);
    expect(isClusterScoped("portolan.dev", "Upstream")).toBe(false);
  });
});
