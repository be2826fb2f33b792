# cmake --install: program, libraries and headers as the CMake package `pacbench`, manual page, completion, scripts.
# Libraries built with sanitizers need them in every program that links them: such a build is not installed.
if(PACBENCH_SANITIZE)
  return()
endif()
include(CMakePackageConfigHelpers)
set(install_cmake ${CMAKE_INSTALL_LIBDIR}/cmake/pacbench)

# The program finds packages outside of the system's folders where it found them when it was built.
set_target_properties(pacbench PROPERTIES INSTALL_RPATH_USE_LINK_PATH TRUE)
install(TARGETS pacbench RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The rooms: pacbench::core, pacbench::comm ... pacbench::bench links them all.
set(rooms core comm measure io model bench kernel_bodies kernel_host)
if(PACBENCH_HAS_CUDA)
  list(APPEND rooms kernels)
endif()
foreach(name IN LISTS rooms)
  set_target_properties(pac_${name} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS pac_${name} EXPORT pacbenchTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
install(EXPORT pacbenchTargets NAMESPACE pacbench:: DESTINATION ${install_cmake})

# Headers: of the rooms, not of the backends within model/, and none that shows a package's types (includes its header),
# itself or through another.
file(GLOB headers RELATIVE ${PROJECT_SOURCE_DIR}/src CONFIGURE_DEPENDS src/*/*.hpp)
set(inner "<(mpi|hdf5|H5|fftw|omp|cu|nccl|nv|edflib|boost/|Random123/)")
set(found TRUE)
while(found)
  set(found FALSE)
  foreach(header IN LISTS headers)
    file(STRINGS src/${header} includes REGEX "^#include")
    if(includes MATCHES "${inner}")
      list(REMOVE_ITEM headers ${header})
      string(APPEND inner "|\"${header}\"")
      set(found TRUE)
    endif()
  endforeach()
endwhile()
foreach(header IN LISTS headers)
  get_filename_component(room ${header} DIRECTORY)
  install(FILES src/${header} DESTINATION ${PACBENCH_INSTALL_HEADERS}/${room})
endforeach()
install(DIRECTORY kernels DESTINATION ${PACBENCH_INSTALL_HEADERS} FILES_MATCHING PATTERN "*.hpp")

set(config_needs_edflib ${EDFlib_FOUND})
configure_file(cmake/pacbenchPackages.cmake.in ${PROJECT_BINARY_DIR}/pacbenchPackages.cmake @ONLY)
configure_package_config_file(cmake/pacbenchConfig.cmake.in ${PROJECT_BINARY_DIR}/pacbenchConfig.cmake INSTALL_DESTINATION ${install_cmake}
                              PATH_VARS CMAKE_INSTALL_BINDIR NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pacbenchConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pacbenchConfig.cmake ${PROJECT_BINARY_DIR}/pacbenchConfigVersion.cmake
              ${PROJECT_BINARY_DIR}/pacbenchPackages.cmake cmake/link_packages.cmake cmake/FindNCCL.cmake cmake/FindEDFlib.cmake
        DESTINATION ${install_cmake})

install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(PROGRAMS scripts/plot.py scripts/check_memory.sh DESTINATION ${CMAKE_INSTALL_DATADIR}/pacbench)
install(DIRECTORY scripts/figures DESTINATION ${CMAKE_INSTALL_DATADIR}/pacbench FILES_MATCHING PATTERN "*.py"  # where plot.py looks
        PATTERN __pycache__ EXCLUDE)
install(DIRECTORY jobs DESTINATION ${CMAKE_INSTALL_DATADIR}/pacbench USE_SOURCE_PERMISSIONS)
install(PROGRAMS scripts/join_scaling.py DESTINATION ${CMAKE_INSTALL_DATADIR}/pacbench/scripts)  # where jobs/scaling.sh looks
install(FILES packaging/reframe/pacbench_check.py packaging/reframe/local.py DESTINATION ${CMAKE_INSTALL_DATADIR}/pacbench/reframe)
# Named as modules are: pacbench/0.1.0. It finds the prefix from where it lies.
install(FILES packaging/modulefiles/pacbench DESTINATION ${CMAKE_INSTALL_DATADIR}/pacbench/modulefiles/pacbench RENAME ${PROJECT_VERSION})

# What the program says about itself: it is asked when it is installed, so it must run here.
if(CMAKE_CROSSCOMPILING)
  message(STATUS "Manual page and completion: left out (cross-compiling); pacbench --man and --bash-completion print them")
  return()
endif()
function(install_answer option folder name)
  install(CODE "
    set(answer \"${PROJECT_BINARY_DIR}/answers/${name}\")
    file(MAKE_DIRECTORY \"${PROJECT_BINARY_DIR}/answers\")
    execute_process(COMMAND \"$<TARGET_FILE:pacbench>\" ${option} OUTPUT_FILE \"\${answer}\" ERROR_VARIABLE why RESULT_VARIABLE status TIMEOUT 60)
    if(status EQUAL 0)
      file(INSTALL \"\${answer}\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${folder}\")
    else()
      message(WARNING \"${folder}/${name}: left out, the program does not run here (\${status}): \${why}\")
    endif()")
endfunction()
install_answer(--man ${CMAKE_INSTALL_MANDIR}/man1 pacbench.1)
install_answer(--bash-completion ${CMAKE_INSTALL_DATADIR}/bash-completion/completions pacbench)
