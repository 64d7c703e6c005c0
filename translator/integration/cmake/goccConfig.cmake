# find_package(gocc) and then
#
#     add_executable(server server.gc util.c)
#     gocc_sources(server)                 # every .gc source of the target
#
# Each .gc file is compiled by gocc with the target's include folders, definitions and options, its
# headers are dependencies, and the target is linked as gocc links.
find_program(GOCC_EXECUTABLE gocc HINTS "${CMAKE_CURRENT_LIST_DIR}/../../../bin" "$ENV{GOCC_ROOT}")
get_filename_component(_gocc_dir "${GOCC_EXECUTABLE}" DIRECTORY)
find_library(GOCC_LIBRARY NAMES libgocc.a HINTS "${CMAKE_CURRENT_LIST_DIR}/../../gocc" "${_gocc_dir}")
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(gocc REQUIRED_VARS GOCC_EXECUTABLE GOCC_LIBRARY)

# what gocc adds when it links; main becomes goroutine 1
if(NOT TARGET gocc::gocc)
  add_library(gocc::gocc INTERFACE IMPORTED)
  set_target_properties(gocc::gocc PROPERTIES
    INTERFACE_LINK_OPTIONS "-Wl,-u,main;-Wl,--wrap=main"
    INTERFACE_LINK_LIBRARIES "${GOCC_LIBRARY};pthread;m")
endif()

function(gocc_sources target)
  get_target_property(sources ${target} SOURCES)
  get_target_property(dir ${target} SOURCE_DIR)
  foreach(source IN LISTS sources)
    if(NOT source MATCHES "\\.gc$")
      continue()
    endif()
    get_filename_component(path "${source}" ABSOLUTE BASE_DIR "${dir}")
    file(RELATIVE_PATH name "${dir}" "${path}")
    string(REPLACE "../" "__/" name "${name}")
    set(object "${CMAKE_CURRENT_BINARY_DIR}/${target}.gocc/${name}.o")
    get_filename_component(folder "${object}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    set(inc "$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>")
    set(def "$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>")
    string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
    separate_arguments(flags UNIX_COMMAND "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${type}}")
    add_custom_command(
      OUTPUT "${object}"
      COMMAND "${GOCC_EXECUTABLE}" ${flags} "$<$<BOOL:${inc}>:-I$<JOIN:${inc},;-I>>"
              "$<$<BOOL:${def}>:-D$<JOIN:${def},;-D>>" "$<TARGET_PROPERTY:${target},COMPILE_OPTIONS>"
              -MD -MF "${object}.d" -MQ "${object}" -c -o "${object}" "${path}"
      DEPENDS "${path}"
      DEPFILE "${object}.d"
      COMMENT "Building GC object ${name}.o"
      COMMAND_EXPAND_LISTS VERBATIM)
    target_sources(${target} PRIVATE "${object}")
    set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  endforeach()
  target_link_libraries(${target} PRIVATE gocc::gocc)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C)
endfunction()
