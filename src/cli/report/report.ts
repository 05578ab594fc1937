import type { Location, Problem } from "../../problem/problem.ts";
import type { ReportFormat } from "../context.ts";
import { packageVersion } from "../package-version.ts";
import { atRoot } from "../repository-path.ts";
import type { MarkdownTable } from "./markdown.ts";

/** What a command reports to other tools. */
export interface Report {
  readonly command: string;
  /** In one line. */
  readonly summary: string;
  readonly table?: MarkdownTable;
  readonly problems: readonly Problem[];
  /** The directory that the path of a problem starts at. */
  directoryOf(at: Location): string;
  /** `Kind/namespace/name` of the document at the place of a problem, if it is known. */
  document(at: Location): string | undefined;
}

/** A report in one of the formats, with paths from the root of the repository. */
export async function reportText(output: ReportFormat, report: Report): Promise<string> {
  const problems = atRoot(report.problems, report.directoryOf);
  if (output === "github") return (await import("./github.ts")).githubLines(problems);
  if (output === "markdown") return (await import("./markdown.ts")).markdownComment({ ...report, problems });
  const { sarifLog } = await import("./sarif.ts");
  // The places are others now, and documents are known by the places that they had.
  const before = new Map(problems.map(({ at }, i) => [at, report.problems[i]?.at]));
  const document = (at: Location) => {
    const place = before.get(at);
    return place && report.document(place);
  };
  return `${JSON.stringify(sarifLog(problems, { version: packageVersion(), document }), null, 2)}\n`;
}
