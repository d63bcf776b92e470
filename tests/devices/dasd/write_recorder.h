// Records what a program writes to files below a folder, and shows what would be in them had it been killed at any moment.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/types.h"

namespace replica::test {

// The files of a folder by name.
using Files = std::map<std::string, std::vector<u8>>;

class WriteRecorder {
 public:
  // Records from now on; one recorder at a time.
  explicit WriteRecorder(std::string folder);
  ~WriteRecorder();
  WriteRecorder(const WriteRecorder&) = delete;
  WriteRecorder& operator=(const WriteRecorder&) = delete;

  // The place in time: how many changes have been made.
  size_t now() const { return changes_.size(); }

  // Calls visit(files, changes) for each state in which a SIGKILL could leave the files: behind each change, and in the midst of
  // each write where the host goes from one page of the file to the next. `changes` are complete.
  void for_each_state(const std::function<void(const Files&, size_t changes)>& visit) const;

  // Used by the functions that take the place of the C library's.
  static void note_write(int descriptor, const void* bytes, size_t length, u64 offset);
  static void note_truncate(int descriptor, u64 size);
  static void note_unlink(const char* path);

 private:
  struct Change {
    enum class Kind : u8 { write, truncate, unlink } kind;
    std::string name;
    u64 offset;  // or size
    std::vector<u8> bytes;
  };

  std::string name_of(int descriptor) const;
  static void apply(Files& files, const Change& change, size_t length);

  std::string folder_;
  Files before_;
  std::vector<Change> changes_;
};

}  // namespace replica::test
