# Link-time images for cuFFT: each source becomes an array of bytes <name>_image_ in <name>_image.h.
# One image (LTO intermediate code of compute capability 8.0) serves every newer device.
function(embed_images target)
  foreach(source IN LISTS ARGN)
    get_filename_component(name ${source} NAME_WE)
    set(image ${CMAKE_CURRENT_BINARY_DIR}/${name}.fatbin)
    set(header ${CMAKE_CURRENT_BINARY_DIR}/${name}_image.h)
    add_custom_command(
      OUTPUT ${header}
      COMMAND ${CUDAToolkit_NVCC_EXECUTABLE} -std=c++20 -I ${PROJECT_SOURCE_DIR} -fmad=false -dc -gencode arch=compute_80,code=lto_80 -fatbin
              -o ${image} ${CMAKE_CURRENT_SOURCE_DIR}/${source}
      COMMAND ${PACBENCH_BIN2C} --const --name ${name}_image_ --type longlong ${image} > ${header}
      DEPENDS ${source} ${PROJECT_SOURCE_DIR}/kernels/callbacks.hpp ${PROJECT_SOURCE_DIR}/kernels/analytic.hpp
              ${PROJECT_SOURCE_DIR}/kernels/divisor.hpp ${PROJECT_SOURCE_DIR}/kernels/context.hpp
      COMMENT "Embedding ${source}"
      VERBATIM)
    target_sources(${target} PRIVATE ${header})
  endforeach()
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
