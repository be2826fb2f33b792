# Tests of the writers and the reader of results: unit, and the readers that other people use (label cli).
unit_test(io_report_test SOURCES report_test.cpp LINKS pac_io)
target_link_libraries(io_report_test PRIVATE hdf5::hdf5)
unit_test(io_journal_test SOURCES journal_test.cpp LINKS pac_io)
unit_test(io_page_test SOURCES page_test.cpp LINKS pac_io)
unit_test(io_result_reader_test SOURCES result_reader_test.cpp LINKS pac_io)
target_link_libraries(io_result_reader_test PRIVATE hdf5::hdf5)

add_executable(report_example report_example.cpp)
target_link_libraries(report_example PRIVATE house_options pac_io)
target_include_directories(report_example PRIVATE ${PROJECT_SOURCE_DIR}/tests)

if(PACBENCH_PYTHON)
  set(example ${CMAKE_CURRENT_BINARY_DIR}/report_example)
  add_test(NAME report_example_writes COMMAND report_example ${example}.h5 ${example}.json ${example}.csv)
  add_test(NAME result_opens_in_other_tools
           COMMAND ${PACBENCH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/result_opens.py ${example}.h5 --json ${example}.json --csv ${example}.csv)
  set_tests_properties(report_example_writes PROPERTIES LABELS cli FIXTURES_SETUP report_example_file)
  set_tests_properties(result_opens_in_other_tools PROPERTIES LABELS cli FIXTURES_REQUIRED report_example_file SKIP_RETURN_CODE 77)
endif()
