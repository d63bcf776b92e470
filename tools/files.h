// Files that the sub-commands read, and the storage images of `replica run --core`.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "mmu/storage.h"

namespace replica::tools {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// A new file for text, or an old one that is emptied. Errors name the file.
Result<File> create_file(const std::string& path);
// Errors: why not everything was written.
Status close_file(File file);

// How much a file may have, and where that limit comes from, for the message.
struct SizeLimit {
  std::size_t bytes;
  std::string reason;
};

// The whole file. Errors: it cannot be read, is a directory, is empty, or is larger than the limit.
Result<std::vector<u8>> read_file(const std::string& path, const SizeLimit& limit);

// Bytes to be placed into real storage.
struct Core {
  std::string path;
  u32 address = 0;
  std::vector<u8> bytes;
};

// Reads the core that the option's value FILE@ADDRESS or FILE names, for a machine of `storage_bytes`. The address is
// hexadecimal and 0 if left out; it follows the last '@'.
Result<Core> read_core(std::string_view argument, u32 storage_bytes);

// Places a core that was read for this storage.
void load_core(const Core& core, Storage& storage);

}  // namespace replica::tools
