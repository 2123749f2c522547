#!/usr/bin/env bash
# What the action runs: gpucheck in an environment of its own, annotations and a summary for the
# job, the exit code and the report as outputs. Inputs come as environment variables.
set -euo pipefail

folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/gpucheck.XXXXXX")
report="$folder/report.json"
here=$(cd "$(dirname "$0")/../../.." && pwd)

python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check "${INPUT_GPUCHECK:-$here}"

arguments=(--format github --output "json:$report")
[ -z "${INPUT_PYTHON:-}" ] || arguments+=(--python "$INPUT_PYTHON")
[ "${INPUT_ALLOW_UNKNOWN:-false}" != true ] || arguments+=(--allow-unknown)
[ "${INPUT_SMOKE:-true}" != false ] || arguments+=(--no-smoke)

code=0
"$folder/env/bin/gpucheck" doctor "${arguments[@]}" || code=$?
{
  echo "exit-code=$code"
  echo "report=$report"
} >> "${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
