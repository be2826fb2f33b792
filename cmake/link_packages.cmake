# Packages that every program with the libraries links, in one list: read by the build (packages.cmake) and, installed,
# by find_package(pacbench). pacbench_package() is find_package for the one and find_dependency for the other; FFTW has no package of
# its own everywhere, so it is found by pkg-config: the includer looks at PACBENCH_FFTW_FOUND.
pacbench_package(Threads)
pacbench_package(OpenMP COMPONENTS CXX)
pacbench_package(MPI 3.1 COMPONENTS C)
pacbench_package(HDF5 COMPONENTS C HL)  # dimension scales are in the high-level library
pacbench_package(Boost 1.71 COMPONENTS program_options)
pacbench_package(PkgConfig)
pkg_check_modules(PACBENCH_FFTW QUIET IMPORTED_TARGET fftw3f)
