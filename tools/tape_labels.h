// Standard labels of tapes: 80 characters of EBCDIC. GC26-3795 "OS/VS Tape Labels".
#pragma once

#include <string>
#include <vector>

#include "base/types.h"

namespace replica::tools {

struct DataSetLabel {
  std::string name;    // at most 17 characters
  std::string volume;  // the serial number of the volume, at most 6
  u32 sequence = 1;    // of the data set on the volume
  u32 blocks = 0;
  bool fixed = false;  // records of one length; else undefined
  u32 block_length = 0;
  u32 record_length = 0;
};

std::vector<u8> volume_label(const std::string& volume, const std::string& owner);
// `kind` is HDR before the data, EOF behind. The first has the name, the second the lengths.
std::vector<u8> first_label(const std::string& kind, const DataSetLabel& label);
std::vector<u8> second_label(const std::string& kind, const DataSetLabel& label);

// A data set's name made of a file's: its last part in capitals, at most 17 characters, others than letters, digits and
// periods left out.
std::string data_set_name(const std::string& path);

}  // namespace replica::tools
