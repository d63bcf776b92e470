# The target LibTelnet::LibTelnet.
find_path(LibTelnet_INCLUDE_DIR libtelnet.h)
find_library(LibTelnet_LIBRARY telnet)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTelnet REQUIRED_VARS LibTelnet_LIBRARY LibTelnet_INCLUDE_DIR)

if(LibTelnet_FOUND AND NOT TARGET LibTelnet::LibTelnet)
  add_library(LibTelnet::LibTelnet UNKNOWN IMPORTED)
  set_target_properties(LibTelnet::LibTelnet PROPERTIES IMPORTED_LOCATION "${LibTelnet_LIBRARY}"
                                                        INTERFACE_INCLUDE_DIRECTORIES "${LibTelnet_INCLUDE_DIR}")
endif()
