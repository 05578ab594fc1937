import { packageVersion } from "../package-version.ts";

/** The forges whose jobs `init` writes. */
export const forges = ["github", "gitlab"] as const;
/** One of {@link forges}. */
export type Forge = (typeof forges)[number];

/** The job that checks pull requests: its path from the root of the repository, and its text. `below` is where `portolan.yaml` stands, from there. */
export function ciFile(forge: Forge, below: string): readonly [path: string, text: string] {
  return forge === "github"
    ? [".github/workflows/portolan.yml", githubWorkflow(below || ".")]
    : [".gitlab/portolan.yml", gitlabJob(below || ".")];
}

/** The line by which a pipeline of GitLab has the job. */
export const gitlabInclude = "include:\n- local: .gitlab/portolan.yml\n";

/** The forge of the repository with this configuration of git, by the URL of `origin`. */
export function forgeOf(gitConfig: string): Forge | undefined {
  const url = /\[remote "origin"\][^[]*?\burl\s*=\s*(\S+)/.exec(gitConfig)?.[1] ?? "";
  const host = /^(?:[a-z+]+:\/\/)?(?:[^@/]+@)?([^:/]+)/.exec(url)?.[1] ?? "";
  return forges.find((forge) => host.split(".").includes(forge));
}

const install = () => `npm install --global portolan@${packageVersion()}`;
const recipe = 'sh "$(npm root --global)/portolan/recipes/pull-request.sh"';

function githubWorkflow(directory: string): string {
  return `# yaml-language-server: $schema=https://json.schemastore.org/github-workflow.json
# Checks the routes of a pull request, runs their tests, and comments what the merge will do.
name: portolan
on: pull_request
permissions:
  contents: read
  pull-requests: write
jobs:
  routes:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v4
      with:
        fetch-depth: 0
    - uses: actions/setup-node@v4
      with:
        node-version: 24
    - run: ${install()}
    - run: ${recipe} github ${directory}
      env:
        GITHUB_TOKEN: \${{ github.token }}
`;
}

function gitlabJob(directory: string): string {
  return `# yaml-language-server: $schema=https://gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json
# Checks the routes of a merge request, runs their tests, and comments what the merge will do.
# The comment needs the variable PORTOLAN_GITLAB_TOKEN: a project access token with the scope api.
portolan:
  image: node:24
  rules:
  - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: "0"
  script:
  - ${install()}
  - ${recipe} gitlab ${directory}
`;
}
