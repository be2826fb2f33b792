# The CUDA backend's packages: PACBENCH_HAS_CUDA says whether nvcc, cuFFT and NCCL were found; where they were not, one line
# says so and the CPU backend stands alone.
set(PACBENCH_CUDA AUTO CACHE STRING "CUDA backend: AUTO (where its packages are found), ON (or fail), OFF")
set_property(CACHE PACBENCH_CUDA PROPERTY STRINGS AUTO ON OFF)

# Devices of compute capability 8.0 and 9.0, and code that later ones translate for themselves.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 90-virtual)
endif()
# One runtime library for the program, cuFFT's callers and the tests; libcuda is opened by it at run time and never linked.
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)

# Includes are macros: enable_language() must be called from the top level.
macro(pacbench_cuda_missing what)
  if(PACBENCH_CUDA STREQUAL "ON")
    message(FATAL_ERROR "PACBENCH_CUDA=ON: ${what} not found")
  endif()
  message(STATUS "CUDA backend: left out (${what} not found); the CPU backend stands alone")
  set(PACBENCH_HAS_CUDA FALSE)
endmacro()

set(PACBENCH_HAS_CUDA FALSE)
if(PACBENCH_CUDA STREQUAL "OFF")
  message(STATUS "CUDA backend: left out (PACBENCH_CUDA=OFF); the CPU backend stands alone")
else()
  find_package(CUDAToolkit 12.8 QUIET)
  find_package(NCCL QUIET)
  if(NOT CUDAToolkit_NVCC_EXECUTABLE)
    pacbench_cuda_missing("nvcc 12.8 or newer")
  elseif(NOT TARGET CUDA::cufft)
    pacbench_cuda_missing("cuFFT")
  elseif(NOT NCCL_FOUND)
    pacbench_cuda_missing("NCCL")
  else()
    set(PACBENCH_HAS_CUDA TRUE)
  endif()
endif()

if(PACBENCH_HAS_CUDA)
  if(NOT DEFINED CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
    set(CMAKE_CUDA_COMPILER ${CUDAToolkit_NVCC_EXECUTABLE})
  endif()
  enable_language(CUDA)
  # CMake 3.25.1 knows no C++20 for nvcc: tell it.
  if(CMAKE_CUDA_COMPILER_ID STREQUAL "NVIDIA" AND NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
  endif()
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_EXTENSIONS OFF)
  message(STATUS "CUDA backend: CUDA ${CUDAToolkit_VERSION}, cuFFT, NCCL ${NCCL_LIBRARY}, for ${CMAKE_CUDA_ARCHITECTURES}")
endif()
