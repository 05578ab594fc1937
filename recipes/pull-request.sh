#!/bin/sh
# Checks a pull request in a job of a forge: pull-request.sh github|gitlab [DIRECTORY]
# Says what is wrong at its lines, runs the tests of routes, and comments what the merge will do.
# Fails if there are errors or a test fails; that something changes is no failure.
set -u
forge=${1:-}
directory=${2:-.}
here=$(dirname "$0")
portolan=${PORTOLAN:-portolan}
case $forge in
  github) format=github range="origin/${GITHUB_BASE_REF:?}...HEAD" ;;
  gitlab) format=text range="${CI_MERGE_REQUEST_DIFF_BASE_SHA:?}..HEAD" ;;
  *)
    echo "usage: pull-request.sh github|gitlab [DIRECTORY]" >&2
    exit 2
    ;;
esac
failed=0
"$portolan" validate -o "$format" ${PORTOLAN_STRICT:+--strict} "$directory" || failed=$?
"$portolan" test -o "$format" "$directory" || failed=$?
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
"$portolan" diff "$range" --path "$directory"
code=$?
[ "$code" -le 1 ] || exit "$code"
"$portolan" diff "$range" --path "$directory" -o markdown >"$plan"
if [ "${PORTOLAN_COMMENT:-true}" = true ]; then
  if [ "$forge" = gitlab ] && [ -z "${PORTOLAN_GITLAB_TOKEN:-}" ]; then
    echo "no comment: the variable PORTOLAN_GITLAB_TOKEN (a project access token that may use the API) is not set" >&2
  else
    node "$here/comment.mjs" "$forge" "$plan" || failed=$?
  fi
fi
exit "$failed"
