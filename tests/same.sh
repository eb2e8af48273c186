#!/usr/bin/env bash
# same.sh A B: whether two builds of the command line say the same, byte for byte: every command, on every shipped scenario, as
# text in both languages and as JSON, with its exit status. Nothing is printed but what differs; status 1 when something does.
#   --quick  leaves out what takes minutes (the plan's `check`, `optimise` with a proof)
set -uo pipefail
quick=; [ "${1:-}" = --quick ] && { quick=1; shift; }
[ $# = 2 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
a=$(realpath "$1") b=$(realpath "$2")
cd "$(dirname "$0")/.."
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
commands=(
  "analyse" "availability" "recovery" "deploys" "cost" "controls" "roadmap" "sensitivity" "tiers" "show" "validate" "platforms"
  "alerts" "simulate --replications 1" "simulate --replications 1 --fault all" "solve --for load"
  "optimise --quick" "check --quick"
)
[ -n "$quick" ] || commands+=("check" "optimise")
differ=0
compare() {
  local name=$1; shift
  for side in a b; do
    local binary=${!side}
    NO_COLOR=1 COLUMNS=120 "$binary" "$@" >"$out/$side" 2>"$out/$side.err" </dev/null
    echo "status $?" >>"$out/$side"
    cat "$out/$side.err" >>"$out/$side"
  done
  cmp -s "$out/a" "$out/b" && return
  differ=1
  echo "differs: plimsoll $name"
  diff "$out/a" "$out/b" | head -8
}
for command in "" "${commands[@]}" fmt migrate schema new; do
  # shellcheck disable=SC2086
  compare "$command --help" $command --help
done
compare schema schema
for scenario in scenarios/*.toml; do
  for command in "${commands[@]}"; do
    for form in "--lang en" "--lang ja" "--format json"; do
      # shellcheck disable=SC2086
      compare "$command $form $scenario" $command $form "$scenario"
    done
  done
  compare "fmt --check $scenario" fmt --check "$scenario"
done
exit $differ
