#!/usr/bin/env python3
"""Tests what jobs/ make of launchers, signals and words, with stand-ins for mpirun, scontrol, sbatch, sleep and the program.
Not here: real launchers (failures_test.py, jobs_test.py).

    launch_test.py [unittest options]
"""
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Starts one rank, as mpirun does: a child with Open MPI's number of a rank; hands USR1 on.
MPIRUN = """rank= signalled=
trap 'signalled=1; [ -z "$rank" ] || kill -USR1 $rank' USR1
OMPI_COMM_WORLD_RANK=0 "$@" &
rank=$!
[ -z "$signalled" ] || kill -USR1 $rank  # it came before the number was known
while wait $rank; status=$?; kill -0 $rank 2>/dev/null; do :; done
exit $status"""


class LaunchTest(unittest.TestCase):
    """Each test puts its own stand-ins on PATH."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="pacbench_launch_test_")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.command("mpirun", MPIRUN)
        self.command("scontrol", 'echo "scontrol $*"')
        self.command("sleep", 'exec /bin/sleep 0.05')  # the watch's seconds
        self.command("program", 'echo "words: $*"')

    def command(self, name, text):
        """A stand-in."""
        path = self.folder / name
        path.write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
        path.chmod(0o755)

    def start(self, *words, **environment):
        """A running script of jobs/."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM_", "PACBENCH"))}
        script = subprocess.Popen(["bash", ROOT / "jobs" / words[0], *words[1:]], cwd=self.folder, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                env={**clean, "PATH": f"{self.folder}:{clean['PATH']}", "PACBENCH": "program",
                                     "PACBENCH_LAUNCHER": "mpirun", "PACBENCH_MPIRUN_OPTIONS": "",
                                     "PACBENCH_JOBS": str(ROOT / "jobs"), **environment}, start_new_session=True)
        self.addCleanup(self.end, script)
        return script

    def end(self, script):
        """Nothing of a script that hangs is left."""
        try:
            os.killpg(script.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        script.stdout.close()
        script.wait()

    def run_script(self, *words, **environment):
        """(exit status, what it printed)."""
        script = self.start(*words, **environment)
        said = script.communicate(timeout=30)[0]
        return script.returncode, said

    def job(self, *words, **environment):
        """run.sbatch as SLURM starts it."""
        return self.run_script("run.sbatch", *words, SLURM_JOB_ID="9", **environment)

    def test_what_cannot_start_is_2(self):
        for environment, what in (({"PACBENCH": "absent"}, "PACBENCH: absent is no program"),
                                  ({"PACBENCH_LAUNCHER": "srun", "PACBENCH_SRUN_OPTIONS": "", "PATH": str(self.path_without_srun())},
                                   "srun is not on PATH"),
                                  ({"PACBENCH_MODULES": "absent/1"}, "'module load absent/1' ended with status")):
            status, said = self.run_script("launch.sh", "list", **environment)
            self.assertEqual(status, 2, said)
            self.assertIn(what, said)
        self.command("program", "exit 127")
        status, said = self.run_script("launch.sh", "list")
        self.assertEqual(status, 2, said)
        self.assertIn("misses a library", said)

    def path_without_srun(self):
        """A PATH with what launch.sh needs."""
        folder = self.folder / "bin"
        folder.mkdir()
        for name in ("dirname", "bash"):
            (folder / name).symlink_to(f"/bin/{name}" if name == "bash" else f"/usr/bin/{name}")
        (folder / "program").symlink_to(self.folder / "program")
        return folder

    def test_a_rank_that_becomes_another_program_is_left_alone(self):
        self.command("program", "/bin/sleep 0.5; exec /bin/sleep 1.5")
        self.assertEqual(self.run_script("launch.sh", "speed"), (0, ""))

    def test_mpirun_that_outlives_its_ranks_is_ended(self):
        self.command("mpirun", 'OMPI_COMM_WORLD_RANK=0 "$@" & wait; exec /bin/sleep 25')
        self.command("program", "/bin/sleep 2")
        status, said = self.run_script("launch.sh", "speed")
        self.assertEqual(status, 5, said)
        self.assertIn("the launcher ended with status 137", said)

    def test_words_of_a_job(self):
        for words, restarts, expected in ((["speed"], "0", "speed --resume --output pacbench-9.h5"),
                                          (["speed", "--output", "a.h5"], "1", "speed --output a.h5 --resume"),
                                          (["speed", "--overwrite"], "0", "speed --overwrite --output pacbench-9.h5"),
                                          (["speed", "--overwrite"], "1", "speed --resume --output pacbench-9.h5"),
                                          (["plan", "--from", "a.h5"], "0", "plan --from a.h5")):
            self.assertEqual(self.job(*words, SLURM_RESTART_COUNT=restarts), (0, f"words: {expected}\n"))

    def test_who_is_requeued(self):
        self.command("program", "exit 7")
        status, said = self.job("speed")
        self.assertEqual(status, 7)
        self.assertIn("scontrol requeue 9\n", said)
        status, said = self.job("compare", "a.h5", "b.h5")
        self.assertEqual(status, 7)
        self.assertNotIn("scontrol", said)
        self.command("scontrol", "exit 1")
        status, said = self.job("speed")
        self.assertEqual(status, 7)
        self.assertIn("'scontrol requeue 9' failed", said)

    def test_a_second_signal_does_not_stop_the_requeue(self):
        self.command("program", "trap 'exit 7' USR1; echo ready; while :; do /bin/sleep 0.05; done")
        self.command("scontrol", "kill -USR1 $PPID; /bin/sleep 0.2; echo requeued")
        script = self.start("run.sbatch", "speed", SLURM_JOB_ID="9")
        self.assertEqual(script.stdout.readline(), "ready\n")
        script.send_signal(signal.SIGUSR1)
        said = script.communicate(timeout=30)[0]
        self.assertEqual(script.returncode, 7, said)
        self.assertIn("requeued", said)

    def test_a_launcher_has_its_own_session_outside_of_slurm(self):
        self.command("program", "ps -o sid= -p $PPID; ps -o sid= -p $$")
        self.command("mpirun", '"$@"')
        script = self.start("launch.sh", "list")
        said = script.communicate(timeout=30)[0]
        self.assertEqual(len(set(said.split())), 1, said)
        self.assertNotEqual(int(said.split()[0]), os.getsid(0))  # Ctrl-C in this session does not reach it

    def test_shares_of_a_sweep(self):
        def sweep(*words, shares="", task="1", tasks="1"):
            return self.run_script("sweep.sbatch", *words, SLURM_ARRAY_JOB_ID="5", SLURM_ARRAY_TASK_ID=task,
                                   SLURM_ARRAY_TASK_COUNT=tasks, SLURM_ARRAY_TASK_MAX=task, PACBENCH_SHARES=shares)
        vary = ("--vary", "n_perm=1,2,3", "--vary", "noise=1,2")
        self.assertEqual(sweep(*vary, shares="2"), (0, "words: sweep --vary n_perm=2 --vary noise=1,2 --resume --output pacbench-5_1.h5\n"))
        for shares in ("", "0", "1", "x"):
            status, said = sweep(*vary, shares=shares)
            self.assertEqual(status, 2, said)
            self.assertIn("PACBENCH_SHARES", said)
        (self.folder / "lines.txt").write_text("--noise 1\n--noise 2\n", encoding="utf-8")  # any line can be submitted again
        self.assertEqual(sweep("lines.txt"), (0, "words: comodulogram --noise 2 --resume --output pacbench-5_1.h5\n"))

    def test_the_job_of_the_table(self):
        self.command("sbatch", 'case "$*" in *join*) printf "%s " "$@" >join; exit $FAILS ;; esac; echo 7')
        words = ("scaling.sh", "--nodes", "1", "--sbatch", "--account=me -p short --time=3", "--")
        status, said = self.run_script(*words, FAILS="1")
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"once the jobs above have ended, run\n  \S+ \S+/join_scaling.py --folder \S+\n")
        submitted = shlex.split((self.folder / "join").read_text(encoding="utf-8"))
        self.assertIn("--account=me -p short --wrap", " ".join(submitted))
        self.assertEqual(self.run_script(*words, "--batch-size", FAILS="0")[0], 2)


if __name__ == "__main__":
    unittest.main()
