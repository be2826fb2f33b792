#!/usr/bin/env bash
# Runs pacbench on all ranks, hands signals on to them, says what an end means, requeues an interrupted job. Sourced by the
# job scripts; `jobs/launch.sh BENCHMARK ..` does the same without SLURM. Not here: what is particular to a site (env.sh).
PACBENCH_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=env.sh
. "$PACBENCH_ROOT/jobs/env.sh"
# shellcheck disable=SC2086
[ -z "$PACBENCH_MODULES" ] || module load $PACBENCH_MODULES

# end_mpirun_without_ranks PID: mpirun waits for ever for the word of a host that it cannot reach any more. Once its ranks on
# this host have ended and it has not, 7 s later, this kills it; the daemons on the other hosts end without it.
end_mpirun_without_ranks() {
  local program misses=-1
  program=$(basename "$PACBENCH")
  while [ "$misses" -lt 7 ]; do
    sleep 1
    if pgrep -x -P "$1" "${program::15}"; then
      misses=0 # ranks are there
    elif [ "$misses" -ge 0 ]; then
      misses=$((misses + 1))
    fi
  done
  kill -KILL "$1"
}

# launch WORDS..: pacbench with these words on all ranks. On USR1, TERM and INT the ranks finish their unit of work and
# save: they get USR1, which srun and mpirun pass on (either kills the ranks when it gets TERM itself). Returns the
# program's exit status, 5 where a rank was killed or a host lost; sets `ending` where TERM or INT asks for the job's end.
launch() {
  local launcher name status signalled='' watch=''
  case $PACBENCH_LAUNCHER in
    srun) # shellcheck disable=SC2206
      launcher=(srun $PACBENCH_SRUN_OPTIONS)
      # sbatch's --cpus-per-task does not reach srun by itself. Not for mpirun, whose daemons serve all CPUs of a host.
      [ -z "${SLURM_CPUS_PER_TASK:-}" ] || export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK ;;
    mpirun) # shellcheck disable=SC2206
      launcher=(mpirun $PACBENCH_MPIRUN_OPTIONS) ;;
    *)
      echo "pacbench: PACBENCH_LAUNCHER: '$PACBENCH_LAUNCHER' is no launcher; say srun or mpirun" >&2
      return 2 ;;
  esac
  if [ ! -x "$PACBENCH" ]; then
    echo "pacbench: PACBENCH: $PACBENCH is no program; build it, or say in jobs/env.sh where it is" >&2
    return 2
  fi
  [ -z "${SLURM_CPUS_PER_TASK:-}" ] || export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$SLURM_CPUS_PER_TASK}
  if [ "$PACBENCH_LAUNCHER" = mpirun ]; then
    for name in OMP_NUM_THREADS LD_LIBRARY_PATH PACBENCH_CACHE; do
      [ -z "${!name:-}" ] || launcher+=(-x "$name")
    done
  fi

  ending=
  trap 'signalled=1; kill -USR1 "$pid" 2>/dev/null' USR1
  trap 'signalled=1; ending=1; kill -USR1 "$pid" 2>/dev/null' TERM INT
  "${launcher[@]}" "$PACBENCH" "$@" &
  local pid=$!
  [ -z "$signalled" ] || kill -USR1 "$pid" # it came before there was a pid
  if [ "$PACBENCH_LAUNCHER" = mpirun ]; then
    end_mpirun_without_ranks "$pid" >/dev/null 2>&1 &
    watch=$!
  fi
  while # a signal ends `wait`, not the launcher
    wait "$pid" 2>/dev/null
    status=$?
    [ -n "$signalled" ]
  do signalled=; done
  trap - USR1 TERM INT
  [ -z "$watch" ] || kill "$watch" 2>/dev/null

  [ "$status" -eq 138 ] && status=7 # USR1 came before the program was ready for it: nothing is lost
  # scancel sends TERM to mpirun too: it kills the ranks a second later, and says 1.
  [ "$status" -eq 1 ] && [ -n "$ending" ] && [ "$PACBENCH_LAUNCHER" = mpirun ] && status=7
  if [ "$status" -gt 7 ]; then
    echo "pacbench: the launcher ended with status $status: a rank was killed or a host was lost; finished work is kept;" \
      "submit again with --resume and the same --output" >&2
    status=5
  fi
  return "$status"
}

# run_job OUTPUT WORDS..: launches with --resume and --output OUTPUT (unless the words say another), so that a job which
# SLURM starts again goes on where it stood; requeues the job when it was interrupted; ends the script.
run_job() {
  local output=$1 status=0 restarts=${SLURM_RESTART_COUNT:-0} word
  shift
  local words=("$@")
  case ${1:-} in
    '' | -* | list | compare | plan) ;;
    *)
      for word in "$@"; do
        case $word in --output | --output=*) output= ;; esac
      done
      words+=(--resume)
      [ -z "$output" ] || words+=(--output "$output") ;;
  esac
  launch "${words[@]}" || status=$?
  if [ "$status" -eq 7 ] && [ -z "$ending" ] && [ -n "${SLURM_JOB_ID:-}" ]; then
    if [ "$restarts" -ge "$PACBENCH_MAX_REQUEUES" ]; then
      echo "pacbench: interrupted and not requeued: PACBENCH_MAX_REQUEUES is $PACBENCH_MAX_REQUEUES; finished work is kept;" \
        "submit again with --resume and the same --output" >&2
    else # said first: SLURM ends this script meanwhile
      echo "pacbench: interrupted; the job goes back into the queue (requeue $((restarts + 1)) of at most" \
        "$PACBENCH_MAX_REQUEUES) and will go on where it stands" >&2
      scontrol requeue "$SLURM_JOB_ID"
    fi
  fi
  exit "$status"
}

[ "${BASH_SOURCE[0]}" != "$0" ] || { launch "$@"; exit; }
