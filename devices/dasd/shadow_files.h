// What a drive offers whose image can have shadow files: the operator's commands work on it.
#pragma once

#include "base/result.h"
#include "devices/dasd/image_stack.h"

namespace replica {

class HasShadowFiles {
 public:
  virtual ~HasShadowFiles() = default;

  // The files under the drive, with all changes written. Null if they are not compressed. To be called between channel
  // programs, on the thread that drives the device; what is done with the files is over before the next.
  virtual Result<ImageStack*> shadow_files() = 0;
};

}  // namespace replica
