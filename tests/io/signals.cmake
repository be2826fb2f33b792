# Tests of the readers; files in tests/data/formats were written by other tools (tests/data/make_formats.py).
unit_test(io_signals_test SOURCES input_digest_test.cpp npy_writer_test.cpp signals_test.cpp signals_refusals_test.cpp LINKS pac_io)
target_link_libraries(io_signals_test PRIVATE hdf5::hdf5)
if(EDFLIB_INCLUDE_DIR AND EDFLIB_LIBRARY)
  target_compile_definitions(io_signals_test PRIVATE PACBENCH_HAS_EDF=1)
else()
  target_compile_definitions(io_signals_test PRIVATE PACBENCH_HAS_EDF=0)
endif()

# Damaged files: SEED COUNT FOLDER. A long run: fuzz_readers 1 10000 tests/data/formats
add_executable(fuzz_readers fuzz_readers.cpp)
target_link_libraries(fuzz_readers PRIVATE house_options pac_io)
add_dependencies(unit_tests fuzz_readers)
add_test(NAME fuzz_readers COMMAND fuzz_readers 1 300 ${PACBENCH_TEST_DATA}/formats)
set_tests_properties(fuzz_readers PROPERTIES LABELS unit TIMEOUT 300)
