// What is on a tape: its files, how many blocks of what lengths they have, and its labels. `replica tape list`.
#pragma once

#include <string>
#include <vector>

#include "devices/tape/tape_file.h"

namespace replica::tools {

struct TapeMap {
  struct File {
    u64 blocks = 0;
    u32 shortest = 0;  // in bytes, of the blocks that can be read
    u32 longest = 0;
    u64 bytes = 0;
    bool has_tape_mark = false;
  };
  // A block of 80 bytes that begins as a label of a standard labelled tape.
  struct Label {
    u32 file;  // counted from 1
    std::string text;
  };

  std::string name;
  std::string format;
  u64 size = 0;
  std::vector<File> files;
  std::vector<Label> labels;
  std::vector<std::string> damages;
  // Bytes of the image behind the end of what is recorded.
  u64 rest = 0;
};

// Reads the tape from its load point to the end of what is recorded, or to damage that cannot be passed.
TapeMap map_tape(TapeFile& tape);

std::string tape_map_text(const TapeMap& map);

}  // namespace replica::tools
