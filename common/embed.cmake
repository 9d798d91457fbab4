# pchat_embed(TARGET FILE...): compiles text files into TARGET.  queries/ls_primary.sql becomes
# `extern const char embedded_ls_primary_sql[]`, NUL-terminated; the same text also stays a file a DBA can read.
# Run as a script (-DSOURCE -DOUTPUT -DSYMBOL) it writes one such array.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${SOURCE}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  file(WRITE "${OUTPUT}" "extern const char ${SYMBOL}[];\nconst char ${SYMBOL}[] = {${bytes}0x00};\n")
  return()
endif()

set(PCHAT_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(pchat_embed target)
  foreach(file IN LISTS ARGN)
    get_filename_component(name "${file}" NAME)
    string(MAKE_C_IDENTIFIER "embedded_${name}" symbol)
    set(source "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    set(output "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c")
    add_custom_command(OUTPUT "${output}"
      COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DOUTPUT=${output} -DSYMBOL=${symbol}
              -P "${PCHAT_EMBED_SCRIPT}"
      DEPENDS "${source}" "${PCHAT_EMBED_SCRIPT}" VERBATIM)
    target_sources(${target} PRIVATE "${output}")
  endforeach()
endfunction()
