# How a room of the house is built: one static library per folder, warnings, sanitizers, include path src/.
include(GNUInstallDirs)
set(PACBENCH_INSTALL_HEADERS ${CMAKE_INSTALL_INCLUDEDIR}/pacbench)
add_library(house_options INTERFACE)
target_include_directories(house_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(house_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
                                               -Woverloaded-virtual -Wold-style-cast $<$<BOOL:${PACBENCH_WERROR}>:-Werror>)
# GCC 12 reports overlapping copies in operator+(const char*, std::string) that are not there (GCC bug 105651).
target_compile_options(house_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# Contraction into fused multiply-adds would let results depend on what the compiler finds to fuse.
target_compile_options(house_options INTERFACE -ffp-contract=off)
if(PACBENCH_SANITIZE)
  target_compile_options(house_options INTERFACE -fsanitize=${PACBENCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(house_options INTERFACE -fsanitize=${PACBENCH_SANITIZE})
endif()

# computes(target): sanitizer builds are not optimised, because that compiles twice as fast, but for the targets that compute.
function(computes target)
  if(PACBENCH_SANITIZE)
    target_compile_options(${target} PRIVATE -O1)
  endif()
endfunction()

# room(name SOURCES ... LINKS ...): the static library of one folder. LINKS are the rooms below it, PRIVATE_LINKS its packages.
function(room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(pac_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(pac_${name} PUBLIC ${ARG_LINKS} PRIVATE $<BUILD_INTERFACE:house_options> ${ARG_PRIVATE_LINKS})
  target_include_directories(pac_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:${PACBENCH_INSTALL_HEADERS}>)
  target_compile_features(pac_${name} PUBLIC cxx_std_20)
endfunction()

# ask_git(answer words...): what git says of the sources.
function(ask_git answer)
  execute_process(COMMAND ${GIT_EXECUTABLE} ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE said
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  set(${answer} "${said}" PARENT_SCOPE)
endfunction()

# What the build was made from, for --version and the result file; asked again after every commit, checkout and pull.
find_package(Git QUIET)
set(PACBENCH_GIT_DESCRIPTION unknown)
if(Git_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  ask_git(PACBENCH_GIT_DESCRIPTION describe --always --dirty --tags)
  ask_git(git_log rev-parse --git-path logs/HEAD)
  get_filename_component(git_log "${git_log}" ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
  if(EXISTS ${git_log})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${git_log})
  endif()
endif()
string(TOUPPER "${CMAKE_BUILD_TYPE}" upper_build_type)
string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${upper_build_type}}" PACBENCH_FLAGS)
