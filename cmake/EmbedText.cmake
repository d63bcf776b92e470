# As a script (cmake -DINPUT=FILE -DOUTPUT=FILE -DNAME=NAME -DNAMESPACE=NAMESPACE -P): writes a source file that defines the
# text of a file as a string.
#
# Included: replica_embed_text(TARGET NAMESPACE NAME FILE) makes it a part of the target, when that is built, where it is
#   namespace NAMESPACE { extern const std::string_view NAME; }
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${INPUT}" text)
  string(FIND "${text}" ")embedded\"" delimiter)
  if(NOT delimiter EQUAL -1)
    message(FATAL_ERROR "${INPUT}: found )embedded\", which ends a string, expected a text without it")
  endif()
  file(WRITE "${OUTPUT}" "#include <string_view>\n\n"
                         "namespace ${NAMESPACE} {\n"
                         "extern const std::string_view ${NAME};\n"
                         "const std::string_view ${NAME} = R\"embedded(")
  file(APPEND "${OUTPUT}" "${text}")
  file(APPEND "${OUTPUT}" ")embedded\";\n}  // namespace ${NAMESPACE}\n")
  return()
endif()

set(replica_embed_text_script "${CMAKE_CURRENT_LIST_FILE}")

function(replica_embed_text target namespace name file)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.cpp")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} "-DINPUT=${file}" "-DOUTPUT=${output}" -DNAME=${name} -DNAMESPACE=${namespace}
            -P "${replica_embed_text_script}"
    DEPENDS "${file}" "${replica_embed_text_script}"
    COMMENT "Embedding ${file}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
