#!/usr/bin/env bash
# Keeps one issue with a label up to date: opens or rewrites it while there is something to report, and closes it otherwise.
# keep-issue.sh LABEL TITLE STATUS REPORT INTRODUCTION ALL_WELL
# STATUS 0 means that there is nothing to report; REPORT is a file. `gh` reads the repository and its token from the environment.
set -euo pipefail
label=$1 title=$2 status=$3 report=$4 introduction=$5 all_well=$6

gh label create "$label" --force --color D4C5F9 --description "Updated by a workflow"
issue=$(gh issue list --state open --label "$label" --limit 1 --json number --jq '.[0].number // empty')
if [ "$status" -eq 0 ]; then
  [ -z "$issue" ] || gh issue close "$issue" --comment "$all_well"
  exit
fi
{
  printf '%s\n\n~~~~text\n' "$introduction"
  head -c 60000 "$report"
  printf '\n~~~~\n'
} > issue.md
if [ -n "$issue" ]; then
  gh issue edit "$issue" --title "$title" --body-file issue.md
else
  gh issue create --title "$title" --label "$label" --body-file issue.md
fi
