// The options of a mounted tape: the words behind the file name in a configuration or in `devinit`, as Hercules has them.
//
//   readonly[=0|1] ro noring    no write ring                   rw ring           a write ring (the default)
//   maxsize=N[K|M|G]            the end of the tape, in bytes   maxsizeK= maxsizeM=   in units; 0: none (the default)
//   eotmargin=N[K|M|G]          how far before it the marker is that warns of it; 128K
//   compress=0|1 idrc=0|1       HET: compress what is written; 1
//   method=1|2                  HET: zlib or bzip2; 1           level=1..9        HET: of compression; 4
//   chunksize=4096..65535       HET: the longest piece of a block; 65535
//   awstape                     HET: write what AWS programs read: compress=0 chunksize=4096
//   deonirq=0|1                 device end with `intervention required`; 0
//   noautomount, strictsize=    accepted, mean nothing here
//
// What only makes sense for drives attached to the host (--blkid-22 and the like) is refused by name.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "base/types.h"
#include "devices/dasd/compression.h"

namespace replica {

struct TapeOptions {
  bool read_only = false;
  u64 maximum_size = 0;
  u64 end_margin = 128 * 1024;
  bool compress = true;
  Compression method = Compression::zlib;
  int level = 4;
  u32 chunk_size = 65535;
  bool device_end_with_intervention = false;
};

// Error: the option that is not known or whose value is out of range, and what is expected.
Result<TapeOptions> parse_tape_options(std::span<const std::string> words);

}  // namespace replica
