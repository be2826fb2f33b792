#!/usr/bin/env bash
# check_memory.sh PACBENCH [OPTIONS]   peak resident memory of an hour of 64 channels (1 kHz, float32, 920 MB), a rank
# Makes the recording in a temporary folder, runs on 1 and on 2 ranks with the default bands, prints what each rank
# took at most (the program's own figure and the kernel's) and fails above 1 GB (10^9 bytes). OPTIONS go to pacbench.
set -euo pipefail
[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: check_memory.sh PACBENCH [OPTIONS]" >&2; exit 2; }
pacbench=$(readlink -f "$1")
shift
python=
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import h5py' 2>/dev/null; then python=$candidate && break; fi
done
[ -n "$python" ] || { echo "check_memory.sh: no python3 with h5py (Debian: python3-h5py)" >&2; exit 2; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" - "$folder/hour.hdf5" <<'PYTHON'
import sys
import h5py
import numpy as np
channels, seconds, fs = 64, 3600, 1000
random = np.random.default_rng(0)
with h5py.File(sys.argv[1], "w") as file:
    data = file.create_dataset("signals", (channels, seconds * fs), "f4", chunks=(1, 60 * fs))
    data.attrs["fs"] = float(fs)
    for channel in range(channels):
        for start in range(0, seconds * fs, 600 * fs):
            data[channel, start:start + 600 * fs] = random.standard_normal(600 * fs, dtype="f4")
PYTHON
echo "recording $(stat -c %s "$folder/hour.hdf5") bytes; options: ${*:-none}"

# Each rank under a watcher of its own: the kernel's peak of the finished child.
cat >"$folder/watch.py" <<'PYTHON'
import os, resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
rank = os.environ.get("OMPI_COMM_WORLD_RANK", "0")
with open(f"{sys.argv[1]}/kernel.{rank}", "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))
sys.exit(status)
PYTHON

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_mpi_yield_when_idle=1
failed=0
for ranks in 1 2; do
  rm -f "$folder"/kernel.*
  begin=$(date +%s)
  mpirun -np "$ranks" "$python" "$folder/watch.py" "$folder" "$pacbench" comodulogram --input "$folder/hour.hdf5" \
    --repetitions 1 --warmups 0 --quiet --overwrite --output "$folder/result.h5" "$@"
  "$python" - "$folder" "$ranks" "$(($(date +%s) - begin))" <<'PYTHON' || failed=1
import sys
import h5py
limit = 10**9
folder, ranks, wall_s = sys.argv[1], int(sys.argv[2]), sys.argv[3]
worst = 0
with h5py.File(f"{folder}/result.h5") as file:
    memory, cases = file["benchmark/memory"], file["benchmark/cases"]
    rows, tile = int(cases["n_rows"][0]), int(cases["rows_per_tile"][0])
    print(f"{ranks} rank(s): {rows} rows in tiles of {tile}, {wall_s} s, verdict {file['benchmark'].attrs['verdict']}")
    for rank, predicted, own in zip(memory["rank"], memory["predicted_bytes"], memory["host_peak_bytes"]):
        with open(f"{folder}/kernel.{rank}") as kernel:
            seen = int(kernel.read())
        worst = max(worst, int(own), seen)
        print(f"  rank {rank}: predicted {predicted / 1e6:.0f} MB, host_peak_bytes {own / 1e6:.0f} MB, "
              f"by the kernel to the run's end {seen / 1e6:.0f} MB")
print(f"  {'ok' if worst <= limit else 'TOO MUCH'}: {worst / 1e6:.0f} MB of {limit / 1e6:.0f} MB allowed")
sys.exit(worst > limit)
PYTHON
done
exit "$failed"
