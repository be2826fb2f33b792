#!/usr/bin/env bash
# Strong and weak scaling over numbers of nodes: submits run.sbatch for each, and a job that joins the results in one table.
#   jobs/scaling.sh [--nodes 1,2,4] [--folder scaling] [--sbatch "OPTIONS"] [--wait] [-- OPTIONS of pacbench comodulogram]
# Strong: the same --batch-size on any number of nodes. Weak (synthetic rows alone): --batch-size for each node.
# Called again with the same --folder it computes what is missing. --wait: until the table is there, and prints it.
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=launch.sh
. "$jobs/launch.sh"

usage() {
  echo "scaling.sh: $1; see the first lines of jobs/scaling.sh" >&2
  exit 2
}
nodes=1,2,4 folder=scaling options=() wait=
while [ $# -gt 0 ]; do
  case $1 in
    --nodes | --folder | --sbatch) [ $# -gt 1 ] || usage "$1: no value" ;;&
    --nodes) nodes=$2 && shift 2 ;;
    --folder) folder=$2 && shift 2 ;;
    --sbatch) read -ra options <<<"$2" && shift 2 ;;
    --wait) wait=1 && shift ;;
    --) shift && break ;;
    *) usage "'$1': no such option" ;;
  esac
done
[[ $nodes =~ ^[1-9][0-9]*(,[1-9][0-9]*)*$ ]] || usage "--nodes: '$nodes' is no list of numbers"

words=() batch_size=8 series=(strong weak)
while [ $# -gt 0 ]; do
  case $1 in
    --batch-size)
      [ $# -gt 1 ] || usage "$1: no value"
      batch_size=$2 && shift ;;
    --batch-size=*) batch_size=${1#*=} ;;
    --input | --input=*) series=(strong) && words+=("$1") ;;
    *) words+=("$1") ;;
  esac
  shift
done
[[ $batch_size =~ ^[1-9][0-9]*$ ]] || usage "--batch-size: '$batch_size' is no number"

# The job of the table is submitted as the others are: these of --sbatch's options go to it too.
join_options=()
for ((i = 0; i < ${#options[@]}; i++)); do
  case ${options[i]} in
    --account | --partition | --qos | --reservation | -[Apq]) join_options+=("${options[i]}" "${options[i + 1]-}") ;;
    --account=* | --partition=* | --qos=* | --reservation=* | -[Apq]?*) join_options+=("${options[i]}") ;;
  esac
done

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
export PACBENCH_JOBS=$jobs PACBENCH_ROOT
ids=
for kind in "${series[@]}"; do
  for n in ${nodes//,/ }; do
    size=$batch_size
    [ "$kind" = strong ] || size=$((batch_size * n))
    id=$(sbatch --parsable --job-name="pacbench-$kind-$n" --nodes="$n" --output="$folder/$kind-$n.out" \
      ${options[@]+"${options[@]}"} "$jobs/run.sbatch" comodulogram ${words[@]+"${words[@]}"} --batch-size "$size" \
      --output "$folder/$kind-$n.h5")
    ids+=:${id%%;*}
    echo "$kind, $n nodes: job ${id%%;*}"
  done
done
printf -v join '%q ' "$PACBENCH_PYTHON" "$PACBENCH_ROOT/scripts/join_scaling.py" --folder "$folder"
status=0
id=$(sbatch --parsable ${wait:+--wait} --job-name=pacbench-join --nodes=1 --ntasks=1 --time=00:10:00 \
  --dependency="afterany$ids" --output="$folder/scaling.txt" --open-mode=truncate \
  ${join_options[@]+"${join_options[@]}"} --wrap "$join") || status=$?
if [ -z "$id" ]; then
  echo "scaling.sh: the job of the table was not submitted (sbatch: status $status); once the jobs above have ended, run" >&2
  echo "  ${join% }" >&2
  exit "$status"
fi
echo "table: job ${id%%;*}, $folder/scaling.txt and scaling.csv"
[ -z "$wait" ] || cat "$folder/scaling.txt"
exit "$status"
