// Writes the comment of a pull request, or updates the one that is there: node comment.mjs github|gitlab FILE
// Plain JavaScript without dependencies, because it runs in jobs that have nothing but Node.
import { appendFileSync, readFileSync } from "node:fs";

const forges = { github, gitlab };
const [name = "", file = ""] = process.argv.slice(2);
if (!Object.hasOwn(forges, name) || file === "") {
  console.error("usage: node comment.mjs github|gitlab FILE");
  process.exit(2);
}
const body = readFileSync(file, "utf8");
/** The first line says whose comment it is. */
const mark = body.split("\n", 1)[0] ?? "";
if (!/^<!-- portolan:\w+ -->$/.test(mark)) {
  console.error(`${file} does not begin with the line by which the comment is found again; write it with -o markdown`);
  process.exit(2);
}
try {
  await forges[name]();
} catch (error) {
  console.error(`the comment was not written: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

/** A comment on the pull request that the workflow runs for. */
async function github() {
  const api = variable("GITHUB_API_URL", "https://api.github.com");
  const repository = `${api}/repos/${variable("GITHUB_REPOSITORY")}`;
  const number = JSON.parse(readFileSync(variable("GITHUB_EVENT_PATH"), "utf8")).pull_request?.number;
  if (number === undefined) throw new Error("the workflow does not run for a pull request");
  const headers = { authorization: `Bearer ${variable("GITHUB_TOKEN")}`, "x-github-api-version": "2022-11-28" };
  const list = `${repository}/issues/${number}/comments`;
  try {
    const found = await find(list, headers);
    if (found === undefined) await ask("POST", list, headers, { body });
    else await ask("PATCH", `${repository}/issues/comments/${found.id}`, headers, { body });
  } catch (error) {
    // The token of a pull request from a fork may only read.
    if (error.status !== 403 || !process.env.GITHUB_STEP_SUMMARY) throw error;
    appendFileSync(process.env.GITHUB_STEP_SUMMARY, body);
    console.log("::notice title=portolan::the token may not write comments; the plan stands in the summary of the job");
  }
}

/** A note on the merge request that the pipeline runs for. */
async function gitlab() {
  const api = variable("CI_API_V4_URL");
  const list = `${api}/projects/${variable("CI_PROJECT_ID")}/merge_requests/${variable("CI_MERGE_REQUEST_IID")}/notes`;
  const headers = { "private-token": variable("PORTOLAN_GITLAB_TOKEN") };
  const found = await find(list, headers);
  if (found === undefined) await ask("POST", list, headers, { body });
  else await ask("PUT", `${list}/${found.id}`, headers, { body });
}

/** The first comment that begins with the mark; `undefined` if there is none. */
async function find(list, headers) {
  const origin = new URL(list).origin;
  for (let url = `${list}?per_page=100`; url !== undefined; ) {
    const response = await ask("GET", url, headers);
    const found = (await response.json()).find((one) => one.body?.startsWith(mark));
    if (found !== undefined) return found;
    url = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    // The token goes nowhere else.
    if (url !== undefined && new URL(url).origin !== origin) throw new Error(`the next page is on another host: ${new URL(url).origin}`);
  }
  return undefined;
}

async function ask(method, url, headers, content) {
  const sent = content === undefined ? {} : { body: JSON.stringify(content) };
  const all = { accept: "application/json", "content-type": "application/json", "user-agent": "portolan", ...headers };
  const response = await fetch(url, { method, headers: all, redirect: "error", signal: AbortSignal.timeout(30_000), ...sent });
  if (response.ok) return response;
  throw Object.assign(new Error(`${method} ${new URL(url).pathname} is answered with ${response.status}`), { status: response.status });
}

function variable(key, usual) {
  const value = process.env[key] || usual;
  if (value === undefined) throw new Error(`the variable ${key} is not set`);
  return value;
}
