import type { Problem } from "../../problem/problem.ts";
import { problemAt } from "../../problem/problem-at.ts";
import type { SetAside } from "./open.ts";

/** What an operator is told about a file of the store that could not be used as it was. */
export function setAsideProblem({ code, path, why, kept }: SetAside): Problem {
  const lost = "pins, holds and what was known of rollouts may be lost, and every fleet is served its newest snapshot";
  const message = `the store could not be used: ${why}; it was set aside as ${path}, and ${kept} records of it go on to count: ${lost}`;
  const fix =
    code === "store/format"
      ? "to go back to the newer Portolan, stop this one and give the file its old name"
      : "compare `portolan status` with what was pinned or held";
  return problemAt(code, message, { source: "", path: "" }, fix);
}
