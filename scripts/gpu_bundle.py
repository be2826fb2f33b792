"""gpu-check --bundle: the program with all it needs, for a machine that has a GPU driver, CUDA's libraries and no more.

Left out: what belongs to the driver and to CUDA's libraries, and glibc, which the machine must have, and Open MPI's
plugins for other networks. Everything is below one folder, which env.sh, sourced, makes usable wherever it lies.
"""
import pathlib
import re
import shutil
import subprocess

import gpu_steps

MOST_BYTES = 60 << 20
# Libraries that the machine has: CUDA's and glibc's.
LEFT_OUT = re.compile(r"^(lib(cuda|cudart|cufft|cufftw|nccl|nvrtc|nvrtc-builtins|nvJitLink|nvidia-.*)\.so"
                      r"|lib(c|m|dl|rt|pthread|util|resolv|nsl|anl|mvec|thread_db)\.so|ld-linux|linux-vdso)")
# GCC's own: used only where the machine has none, for other programs there may need newer ones.
COMPILERS = re.compile(r"^lib(stdc\+\+|gcc_s|gomp|gfortran|quadmath|atomic)\.so")
# Open MPI's plugins that are of no use on one machine, some with large libraries behind them.
UNUSED_PLUGINS = re.compile(r"ucx|ofi|psm|openib|slurm|romio|gridengine|flux|jsm|oshmem|scoll|memheap|spml|sshmem|dbg")

ENVIRONMENT = r"""# Source this from any shell: makes the programs of this folder run where it lies. Its own names begin with pacbench_.
pacbench_here=$(cd "$(dirname "${BASH_SOURCE[0]:-$0}")" && pwd)
export PACBENCH_BUNDLE_LIB="$pacbench_here/lib"
pacbench_path="$pacbench_here/lib"
pacbench_ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
pacbench_known() { "$pacbench_ldconfig" -p 2>/dev/null | grep -q "$1"; }
pacbench_add() { case ":$pacbench_path:" in *":$1:"*) ;; *) pacbench_path="$pacbench_path:$1" ;; esac; }
# CUDA's libraries, where the loader does not know them: of the toolkit, or of Python's packages.
for pacbench_library in @CUDA@; do
  pacbench_known "$pacbench_library" && continue
  for pacbench_folder in /usr/local/cuda/lib64 /usr/local/cuda-*/lib64 /usr/local/nvidia/lib64 \
    $(python3 -c 'import glob, sys
for folder in sys.path:
    print("\n".join(glob.glob(folder + "/nvidia/*/lib")))' 2>/dev/null); do
    [ -e "$pacbench_folder/$pacbench_library" ] && pacbench_add "$pacbench_folder" && break
  done
done
for pacbench_folder in "$pacbench_here"/lib/compiler/*; do
  pacbench_known "$(basename "$pacbench_folder")" || pacbench_add "$pacbench_folder"
done
export LD_LIBRARY_PATH="$pacbench_path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export PATH="$pacbench_here/bin:$PATH"
export OPAL_PREFIX="$pacbench_here/mpi" PMIX_INSTALL_PREFIX="$pacbench_here/mpi"
export OMPI_MCA_mca_base_component_path="$pacbench_here/mpi/plugins" PMIX_MCA_mca_base_component_path="$pacbench_here/mpi/pmix"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_plm=isolated
# Open MPI runs without the plugins that compress its messages, and need not say so.
export PMIX_MCA_pcompress=^zlib PMIX_MCA_pcompress_base_silence_warning=1 PMIX_MCA_mca_base_component_show_load_errors=0
export OMPI_MCA_btl=self,vader,tcp OMPI_MCA_pml=ob1
unset pacbench_here pacbench_path pacbench_library pacbench_folder pacbench_ldconfig
unset -f pacbench_known pacbench_add
"""


def needed_by(file):
    """({name: path} of the shared libraries of a program or library, what is not found)."""
    listing = subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False).stdout
    found, missing = {}, []
    for line in listing.splitlines():
        words = line.split()
        if "=> not found" in line:
            missing.append(words[0])
        elif "=>" in words:
            found[words[0]] = pathlib.Path(words[2])
    return found, missing


def copy_libraries(files, folder):
    """Copies what `files` need; the names of CUDA's libraries among that."""
    folder.mkdir(exist_ok=True)
    cuda = set()
    for file in files:
        found, missing = needed_by(file)
        for name in [*found, *missing]:
            if re.match(r"lib(cudart|cufft|nccl|nvJitLink|nvrtc)\.so", name):
                cuda.add(name)
        for name, path in found.items():
            place = folder / "compiler" / name / name if COMPILERS.match(name) else folder / name
            if not LEFT_OUT.match(name) and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path.resolve(), place)
        for name in missing:
            if not LEFT_OUT.match(name):
                raise SystemExit(f"gpu-check: --bundle: {file} needs {name}, which is not found")
    # cuFFT opens the linker of its callbacks while it runs.
    return cuda | {name.replace("cudart", "nvJitLink") for name in cuda if "cudart" in name}


def mpi_paths():
    """Open MPI's folders by name, as ompi_info tells them."""
    listing = subprocess.run(["ompi_info", "--path", "all", "--parsable"], capture_output=True, text=True, check=True)
    return {line.split(":")[1]: pathlib.Path(line.split(":", 2)[2]) for line in listing.stdout.splitlines()}


def copy_plugins(source, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for plugin in sorted(source.glob("*.so")):
        if not UNUSED_PLUGINS.search(plugin.name):
            shutil.copy(plugin, folder)


def copy_mpi(folder):
    """mpirun and its kin, plugins, texts; the files whose libraries are needed too."""
    paths = mpi_paths()
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "mpi").mkdir(exist_ok=True)
    for name in ("mpirun", "orted"):
        shutil.copy(pathlib.Path(shutil.which(name)).resolve(), folder / "bin" / name)
    (folder / "mpi" / "bin").symlink_to("../bin")
    copy_plugins(paths["pkglibdir"], folder / "mpi" / "plugins")
    shutil.copytree(paths["pkgdatadir"], folder / "mpi" / "share" / "openmpi", dirs_exist_ok=True)
    for plugin in sorted((folder / "mpi" / "plugins").glob("mca_pmix_ext*.so")):  # PMIx from its own package
        for name, library in needed_by(plugin)[0].items():
            if name.startswith("libpmix.so"):
                copy_plugins(library.resolve().parent / "pmix", folder / "mpi" / "pmix")
    return [*(folder / "bin").iterdir(), *(folder / "mpi" / "plugins").iterdir(), *(folder / "mpi").glob("pmix/*.so")]


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def collect(folder, build, repository):
    """Fills a new or empty folder; the exit status."""
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"gpu-check: --bundle {folder}: not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    programs = []
    for name in ("pacbench", "oracle_cli", *(name for name, _ in gpu_steps.GPU_TESTS)):
        if not (build / name).exists():
            raise SystemExit(f"gpu-check: --bundle: {build / name} is not built")
        programs.append(pathlib.Path(shutil.copy(build / name, folder)))
    shutil.copytree(repository / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    cuda = copy_libraries([*programs, *copy_mpi(folder)], folder / "lib")
    for program in programs:
        subprocess.run(["strip", str(program)], check=False)
    (folder / "env.sh").write_text(ENVIRONMENT.replace("@CUDA@", " ".join(sorted(cuda)) or '""'), encoding="utf-8")
    size = size_of(folder)
    print(f"{folder}: {size / 2**20:.1f} MiB; needs on the machine: glibc, Python 3, {', '.join(sorted(cuda))}")
    print("there: . DIR/env.sh; DIR/scripts/gpu-check")
    if size > MOST_BYTES:
        print(f"gpu-check: --bundle: larger than {MOST_BYTES >> 20} MiB")
        return 1
    return 0
