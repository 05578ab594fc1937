import { expect, test } from "vitest";
import { played } from "./page.ts";
import { Stable, withPorts } from "./stable.ts";

const page = `Text

\`\`\`yaml
# routes/a.yaml
a: 1
\`\`\`

\`\`\`console
$ first
old
$ second
\`\`\`

\`\`\`yaml
b: 2
\`\`\`
`;

test("files are written and commands run in the order of the page, and their output is replaced", async () => {
  const did: string[] = [];
  const result = await played(page, {
    write: async (path, text) => void did.push(`write ${path} ${text}`),
    async run(command) {
      did.push(command);
      return command === "first" ? "\nnew\n\n" : "";
    },
  });
  expect(did).toEqual(["write routes/a.yaml # routes/a.yaml\na: 1\n", "first", "second"]);
  expect(result).toBe(page.replace("old", "new"));
});

test("columns stay where they are when a port is shorter", () => {
  expect(withPorts("a:20000  b", new Map([["20000", "8080"]]))).toBe("a:8080   b");
});

test("ports are replaced where they stand alone", () => {
  const ports = new Map([["10080", "20000"]]);
  expect(withPorts("127.0.0.1:10080/ 10080. 1.10080 a10080 10081", ports)).toBe("127.0.0.1:20000/ 20000. 1.10080 a10080 10081");
});

test("commits, ports and times are the same in every run", () => {
  const outputs = ["deadbeef", "cafed00d"].map((id, i) => {
    const stable = new Stable(new Map([["10080", `2000${i}`]]));
    stable.commit(id.repeat(5));
    return [
      stable.text("portolan wait", `waiting: for one\n1 of 1 accepted ${id} in 0.${i} s`),
      stable.text("portolan status", `NODE  AGE  STATE\nedge  ${i}s   ready\n(${i + 1}s)`),
      stable.text("portolan explain", `:2000${i}  cart~0000000${i}  timeout 5s  abcdef0`),
    ];
  });
  expect(outputs[0]).toEqual(outputs[1]);
  expect(outputs[0]?.[0]).toMatch(/^1 of 1 accepted [0-9a-f]{8} in 0\.1 s$/);
  expect(outputs[0]?.[1]).toBe("NODE  AGE  STATE\nedge  2s   ready\n(2s)");
  expect(outputs[0]?.[2]).toMatch(/^:10080 {2}cart~[0-9a-f]{8} {2}timeout 5s {2}abcdef0$/);
});
