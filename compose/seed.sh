#!/bin/sh
# Makes a repository of the example files, unless there is one: seed.sh FROM TO
set -eu
from=$1
to=$2
[ -d "$to/.git" ] && exit 0
mkdir -p "$to"
cp -R "$from/." "$to/"
cd "$to"
git init --quiet --initial-branch=main
git add --all
git -c user.name=Portolan -c user.email=portolan@invalid commit --quiet -m "Open the shop"
