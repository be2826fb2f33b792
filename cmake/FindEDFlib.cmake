# EDFlib: target edflib::edflib, variables EDFLIB_LIBRARY and EDFLIB_INCLUDE_DIR. Used by the build and, installed, by
# find_package(pacbench).
find_path(EDFLIB_INCLUDE_DIR edflib.h)
find_library(EDFLIB_LIBRARY NAMES edf edflib)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(EDFlib REQUIRED_VARS EDFLIB_LIBRARY EDFLIB_INCLUDE_DIR)
if(EDFlib_FOUND AND NOT TARGET edflib::edflib)
  add_library(edflib::edflib UNKNOWN IMPORTED)
  set_target_properties(edflib::edflib PROPERTIES IMPORTED_LOCATION ${EDFLIB_LIBRARY} INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${EDFLIB_INCLUDE_DIR})
endif()
