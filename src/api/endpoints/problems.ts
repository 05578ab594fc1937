import type { Hono } from "hono";
import type { Problem } from "../../problem/problem.ts";
import { answerList } from "../answer.ts";
import { name, paging, parameters, severity } from "../parameters.ts";
import type { View } from "../view.ts";

/** `/problems?severity=&source=`. */
export function problemEndpoints(app: Hono, view: View): void {
  app.get("/problems", (c) => {
    const wanted = parameters(c.req.query(), { severity: severity.optional(), source: name.optional(), ...paging });
    const fits = ({ severity, at }: Problem) => (wanted.severity ?? severity) === severity && (wanted.source ?? at.source) === at.source;
    return answerList(c, view.problems().filter(fits), keyOf, wanted, (problem) => ({ problem }));
  });
}

function keyOf({ code, at, message }: Problem): string {
  return JSON.stringify([at.source, at.path, at.line, at.column, code, at.pointer, message]);
}
