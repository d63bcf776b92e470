// `replica run --trace`: each instruction on a line, and below it the registers that it, or an interruption after it,
// changed. The target of an EXECUTE belongs to the line of the EXECUTE.
//
//            count  PSW before         address bytes         instruction
//                1  00000000 00001000  001000  05C0          BALR  12,0
//                                                            R12=40001002
#pragma once

#include <cstdio>

#include "cpu/cpu.h"

namespace replica::tools {

class Tracer {
 public:
  // Traces `cpu` to `out` while it lives. Both must outlive it.
  Tracer(Cpu& cpu, std::FILE* out);
  ~Tracer();

  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

 private:
  void instruction(u32 address, const u8* bytes);
  // What the instruction traced last changed.
  void changes();

  Cpu& cpu_;
  std::FILE* out_;
  CpuState before_;
};

}  // namespace replica::tools
