#!/usr/bin/env bash
# What the action runs: gpucheck in an environment of its own, annotations and a summary for the
# job, the exit code and the report as outputs. Inputs come as environment variables.
set -euo pipefail
export NO_COLOR=1 TERM=dumb # a runner with a terminal would lose annotations among colours

here=$(cd "$(dirname "$0")/../../.." && pwd)
folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/gpucheck.XXXXXX")
report="$folder/report.json"

end() { # CODE: leave the outputs, and end the step
  {
    echo "exit-code=$1"
    [ ! -f "$report" ] || echo "report=$report"
  } >> "${GITHUB_OUTPUT:-/dev/null}"
  exit "$1"
}

fail() { # CODE WORDS: say on the job's page why there is no report
  echo "::error title=gpucheck::${2//%/%25}"
  end "$1"
}

newest_python() { # gpucheck itself needs 3.11; the interpreter that it inspects may be older
  local name
  for name in python3 python python3.{14,13,12,11}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
      echo "$name"
      return
    fi
  done
}

python=$(newest_python)
[ -n "$python" ] || fail 2 "gpucheck needs a Python of 3.11 or newer to run: use actions/setup-python before it"
"$python" -m venv "$folder/env" || fail 3 "no environment could be made for gpucheck, see the log"
programs="$folder/env/bin"
[ -d "$programs" ] || programs="$folder/env/Scripts" # Windows
"$programs/python" -m pip install --quiet --disable-pip-version-check "${INPUT_GPUCHECK:-$here}" \
  || fail 3 "gpucheck could not be installed, see the log"

arguments=(--format github --output "json:$report")
[ -z "${INPUT_PYTHON:-}" ] || arguments+=(--python "$INPUT_PYTHON")
[ -z "${INPUT_FAIL_ON:-}" ] || arguments+=(--fail-on "$INPUT_FAIL_ON")
[ "${INPUT_ALLOW_UNKNOWN:-false}" != true ] || arguments+=(--allow-unknown)
case "${INPUT_SMOKE:-quick}" in
  none) arguments+=(--no-smoke) ;;
  quick | full) arguments+=(--level "${INPUT_SMOKE:-quick}") ;;
  *) fail 2 "the input smoke is none, quick or full" ;;
esac
while read -r requirement; do
  [ -z "$requirement" ] || arguments+=(--require "$requirement")
done <<< "${INPUT_REQUIRE:-}"

code=0
"$programs/gpucheck" doctor "${arguments[@]}" 2> "$folder/words" || code=$?
cat "$folder/words" >&2
said=$(grep -m 1 -E '^(gpucheck|Error):' "$folder/words") || said="gpucheck ended without a word"
[ -f "$report" ] || fail "$code" "${said#gpucheck: }"
end "$code"
