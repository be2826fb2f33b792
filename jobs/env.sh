# What is particular to a site: the only file here to edit. Each value gives way to one set in the environment.
# Sourced by launch.sh. Not here: how the program is started and stopped (launch.sh).
# shellcheck shell=bash disable=SC2034

# Modules to load, in words of `module load`: "gcc/13 openmpi/4.1 hdf5 fftw".
PACBENCH_MODULES=${PACBENCH_MODULES-}
# The program: a path, or a name on PATH. Empty: build/release/pacbench beside jobs/, else bin/pacbench of the installation
# that jobs/ is part of, else pacbench on PATH (after the modules are loaded). A Python that has h5py, for jobs/scaling.sh.
PACBENCH=${PACBENCH-}
PACBENCH_PYTHON=${PACBENCH_PYTHON:-python3}

# srun, or mpirun (needed where SLURM has no PMIx: `srun --mpi=list`).
PACBENCH_LAUNCHER=${PACBENCH_LAUNCHER:-srun}
# --gpu-bind=none: pacbench chooses a GPU of its own for each rank. --kill-on-bad-exit=0: ranks that leave together, with
# equal statuses, are not killed while rank 0 saves; --wait: seconds that the others have once a rank is gone.
PACBENCH_SRUN_OPTIONS=${PACBENCH_SRUN_OPTIONS---mpi=pmix --gpu-bind=none --kill-on-bad-exit=0 --wait=10}
# Outside of SLURM: "--hostfile hosts -n 64 --map-by node --bind-to none".
PACBENCH_MPIRUN_OPTIONS=${PACBENCH_MPIRUN_OPTIONS---bind-to none}

# How often an interrupted job puts itself into the queue again; restarts by SLURM (a node failed) count too.
PACBENCH_MAX_REQUEUES=${PACBENCH_MAX_REQUEUES:-20}

# mpirun finds a host without a link after TIME + INTVL * PROBES seconds of silence, and ends the job: without these it
# waits for ever. Raise them where a network may pause longer.
export OMPI_MCA_oob_tcp_keepalive_time=${OMPI_MCA_oob_tcp_keepalive_time:-4}
export OMPI_MCA_oob_tcp_keepalive_intvl=${OMPI_MCA_oob_tcp_keepalive_intvl:-2}
export OMPI_MCA_oob_tcp_keepalive_probes=${OMPI_MCA_oob_tcp_keepalive_probes:-3}
# Which network MPI uses, where it has to be said:
# export OMPI_MCA_btl_tcp_if_include=ib0
