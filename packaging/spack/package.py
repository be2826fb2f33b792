"""Spack recipe of pacbench: as packages/pacbench/package.py of a package repository (spack repo create), then

    spack develop --path CHECKOUT pacbench@0.1.0        builds from a checkout of the sources
    spack install pacbench@0.1.0                        CPU backend
    spack install pacbench@0.1.0 +cuda cuda_arch=90     and the CUDA backend, which always brings NCCL: no variant for it
"""
from spack.package import *

try:  # Spack 1.0 and newer keep build systems beside the packages
    from spack_repo.builtin.build_systems.cmake import CMakePackage
    from spack_repo.builtin.build_systems.cuda import CudaPackage
except ImportError:
    pass


class Pacbench(CMakePackage, CudaPackage):
    """Distributed MPI benchmark of phase-amplitude coupling: comodulograms with surrogate statistics of many signals on
    many GPUs or CPUs, verified bit for bit, and how fast they are."""

    # No public archive: the sources come from a checkout (spack develop).
    version("0.1.0")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("random123", type="build")

    depends_on("mpi@3.1:")
    depends_on("hdf5+hl~mpi")
    depends_on("fftw@3.3: precision=float")
    depends_on("boost@1.71:+program_options")

    depends_on("googletest", type="test")
    depends_on("py-h5py", type="test")
    # The figures of plot.py; the program does without.
    variant("plot", default=False, description="Python packages of plot.py")
    depends_on("py-h5py", type="run", when="+plot")
    depends_on("py-matplotlib", type="run", when="+plot")

    with when("+cuda"):
        depends_on("cuda@12.8:")
        depends_on("nccl")
        for arch in CudaPackage.cuda_arch_values:
            depends_on(f"nccl cuda_arch={arch}", when=f"cuda_arch={arch}")
        conflicts("cuda_arch=none", msg="name the GPUs: cuda_arch=80 or newer")
        for arch in ("50", "52", "60", "61", "70", "72", "75"):
            conflicts(f"cuda_arch={arch}", msg="compute capability 8.0 or newer is needed")

    conflicts("%gcc@:11", msg="C++20 as GCC 12 has it")

    def cmake_args(self):
        args = [
            self.define_from_variant("PACBENCH_CUDA", "cuda"),
            self.define("PACBENCH_WERROR", False),
            self.define("BUILD_TESTING", self.run_tests),
        ]
        if self.spec.satisfies("+cuda"):
            args.append(self.define("CMAKE_CUDA_ARCHITECTURES", self.spec.variants["cuda_arch"].value))
        return args
