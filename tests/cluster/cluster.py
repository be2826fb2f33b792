"""Several hosts on one machine, for the tests of jobs/ and of failures among hosts, and for scripts/check_plan.py: network
namespaces (hosts_up.sh), on them a SLURM (slurm_up.sh). Not here: tests.

All of it lives in a PID namespace of its own, with its files on a tmpfs that is mounted there alone: when the test ends, in
whichever way (CTest's SIGKILL too), the kernel takes everything down."""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LOST = r"pacbench: the launcher ended with status \d+: a rank was killed or a host was lost"
INSIDE = "PACBENCH_TEST_CLUSTER"  # the folder, once this process is in the namespace
EMPTY_FOLDERS = ("/mnt", "/media", "/srv", "/opt", "/var/opt", "/var/local")
N_HOSTS = 3
LIMIT_S = 60  # what takes longer hangs
# Ranks that share cores, though they think otherwise; root.
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_mpi_yield_when_idle": "1",
       "OMPI_MCA_hwloc_base_binding_policy": "none", "OMP_NUM_THREADS": "1"}


def reason_to_skip(tools):
    """Why there can be no hosts here; empty where they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    slurm = "slurmd" in tools
    for tool in ("setpriv", "unshare", "nsenter", "ip", "mpirun", *tools):
        if not shutil.which(tool):
            return f"'{tool}' is not installed; install it with scripts/setup{' --cluster' * slurm}"
    if not empty_folder():
        return f"none of {', '.join(EMPTY_FOLDERS)} is an empty folder"
    probe = ("hostname probe && mount -t tmpfs tmpfs /dev/shm && ip link add br0 type bridge && "
             "ip link add port1 type veth peer name eth0" + " && mknod /dev/shm/gpu0 c 1 3" * slurm)
    done = subprocess.run(["unshare", "-n", "-u", "-m", "--pid", "--fork", "--mount-proc", "sh", "-c", probe],
                          capture_output=True, text=True, check=False)
    return f"namespaces, or devices in them, are not permitted: {done.stderr.strip()}" if done.returncode else ""


def empty_folder():
    """Where the tmpfs goes: a folder that hides nothing, and that is no trace of ours once its namespace is gone."""
    return next((name for name in EMPTY_FOLDERS if os.path.isdir(name) and not os.listdir(name)), "")


def enter(tools=()):
    """Goes on in a PID namespace of its own, or exits with 77 and the reason. Returns the folder for all files there."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if INSIDE not in os.environ:
        reason = reason_to_skip(tools)
        if reason:
            print(f"skipped: {reason}")
            sys.exit(77)
        os.environ[INSIDE] = empty_folder()
        # unshare blocks SIGTERM: this process dies of it, and takes unshare along.
        words = ["setpriv", "--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc",
                 "--propagation", "private", sys.executable, *sys.argv]
        sys.exit(subprocess.run(words, check=False).returncode)
    folder = pathlib.Path(os.environ[INSIDE])
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
    (folder / "tmp").mkdir()
    os.environ["TMPDIR"] = str(folder / "tmp")
    return folder


class Cluster:
    """Hosts host1 .. host3 in FOLDER; processes run on them with `environment`."""

    def __init__(self, folder, slurm=False, **environment):
        self.folder = folder
        self.environment = {**os.environ, **MPI, "PACBENCH_CACHE": str(folder / "cache"), **environment}
        self.script("hosts_up.sh")
        if slurm:
            self.environment["SLURM_CONF"] = str(folder / "slurm.conf")
            self.script("slurm_up.sh")

    def script(self, name):
        """Runs one of the scripts beside this file."""
        done = subprocess.run([HERE / name, self.folder, str(N_HOSTS)], env=self.environment, capture_output=True,
                              text=True, timeout=LIMIT_S, check=False, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stdout}{done.stderr}")

    def command(self, words, host):
        """What runs these words on a host, in the current folder."""
        return [str(self.folder / "on"), host, shlex.join(map(str, words))]

    def run(self, words, host="host1", limit_s=LIMIT_S, **environment):
        """The finished process; a hang is an error."""
        return subprocess.run(self.command(words, host), env={**self.environment, **environment}, capture_output=True,
                              text=True, timeout=limit_s, check=False, stdin=subprocess.DEVNULL)

    def start(self, words, log, host="host1", **environment):
        """A running process whose output goes to the file `log`."""
        with open(log, "w", encoding="utf-8") as output:
            return subprocess.Popen(self.command(words, host), env={**self.environment, **environment}, stdout=output,
                                    stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def holder(self, name):
        """The pid that holds a host's namespaces; `switch` is the bridge's."""
        pids = dict(line.split() for line in (self.folder / "pids").read_text(encoding="utf-8").splitlines())
        return int(pids[name])

    def link(self, host, state):
        """Pulls a host's cable (`down`), or plugs it in (`up`) and waits until all others can be reached from there."""
        port = host.replace("host", "port")
        subprocess.run(["nsenter", "-t", str(self.holder("switch")), "-n", "ip", "link", "set", port, state], check=True)
        for i in range(1, N_HOSTS + 1) if state == "up" else ():
            connect = ["bash", "-c", f"echo >/dev/tcp/10.77.0.{i}/9"]
            wait_until(lambda: "refused" in self.run(connect, host).stderr, f"{host} to reach host{i}")

    def processes(self, host, program=""):
        """Pids of the processes on a host, but for its holder; those of one program where given."""
        home = os.readlink(f"/proc/{self.holder(host)}/ns/net")
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if (entry.name.isdigit() and int(entry.name) != self.holder(host) and os.readlink(entry / "ns/net") == home
                        and program in ("", (entry / "comm").read_text(encoding="utf-8").strip())):
                    found.append(int(entry.name))
            except OSError:  # gone meanwhile, or a zombie
                pass
        return found


def wait_until(condition, what, state=str, limit_s=LIMIT_S):
    """Polls; a limit that passes is an error which says what was waited for, and the state() then."""
    end = time.monotonic() + limit_s
    while not (answer := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {limit_s} s for {what}; {state()}")
        time.sleep(0.05)
    return answer
