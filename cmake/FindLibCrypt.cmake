# The target LibCrypt::LibCrypt: libxcrypt, which hashes passwords.
find_path(LibCrypt_INCLUDE_DIR crypt.h)
find_library(LibCrypt_LIBRARY crypt)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibCrypt REQUIRED_VARS LibCrypt_LIBRARY LibCrypt_INCLUDE_DIR)
mark_as_advanced(LibCrypt_INCLUDE_DIR LibCrypt_LIBRARY)

if(LibCrypt_FOUND AND NOT TARGET LibCrypt::LibCrypt)
  add_library(LibCrypt::LibCrypt UNKNOWN IMPORTED)
  set_target_properties(LibCrypt::LibCrypt PROPERTIES IMPORTED_LOCATION "${LibCrypt_LIBRARY}"
                                                      INTERFACE_INCLUDE_DIRECTORIES "${LibCrypt_INCLUDE_DIR}")
endif()
