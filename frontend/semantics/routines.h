// The long instructions: their meaning is one C++ routine each (cpu/routines), which every tier calls. What stands here is
// only that they are routines; each has the template of its name, as every other instruction has.
#pragma once

#include "frontend/semantics/builder.h"

// clang-format off
#define REPLICA_ROUTINES(ROUTINE)                                                                              \
  /* storage to storage */                                                                                     \
  ROUTINE(MVN) ROUTINE(MVZ) ROUTINE(MVCIN)                                                                     \
  ROUTINE(TR) ROUTINE(TRT) ROUTINE(PACK) ROUTINE(UNPK) ROUTINE(MVO) ROUTINE(MVCL) ROUTINE(CLCL)               \
  /* interlocked update */                                                                                     \
  ROUTINE(TS) ROUTINE(CS) ROUTINE(CDS)                                                                         \
  /* decimal */                                                                                                \
  ROUTINE(ZAP) ROUTINE(AP) ROUTINE(SP) ROUTINE(CP) ROUTINE(MP) ROUTINE(DP) ROUTINE(SRP) ROUTINE(ED)           \
  ROUTINE(EDMK) ROUTINE(CVB) ROUTINE(CVD)                                                                      \
  /* extended and rounding floating point */                                                                   \
  ROUTINE(AXR) ROUTINE(SXR) ROUTINE(MXR) ROUTINE(MXDR) ROUTINE(MXD) ROUTINE(DXR) ROUTINE(LRER) ROUTINE(LRDR)  \
  /* control */                                                                                                \
  ROUTINE(SVC) ROUTINE(MC) ROUTINE(LPSW) ROUTINE(SSM) ROUTINE(STNSM) ROUTINE(STOSM) ROUTINE(LCTL)             \
  ROUTINE(STCTL) ROUTINE(SPKA) ROUTINE(IPK) ROUTINE(SPX) ROUTINE(STPX) ROUTINE(STAP) ROUTINE(STIDP)           \
  ROUTINE(SIGP) ROUTINE(DIAGNOSE)                                                                              \
  /* storage keys and translation */                                                                           \
  ROUTINE(SSK) ROUTINE(ISK) ROUTINE(RRB) ROUTINE(SSKE) ROUTINE(ISKE) ROUTINE(RRBE) ROUTINE(TB)                \
  ROUTINE(LRA) ROUTINE(PTLB) ROUTINE(IPTE) ROUTINE(TPROT)                                                      \
  /* clocks */                                                                                                 \
  ROUTINE(STCK) ROUTINE(SCK) ROUTINE(SCKC) ROUTINE(STCKC) ROUTINE(SPT) ROUTINE(STPT)                          \
  /* input and output */                                                                                       \
  ROUTINE(SIO) ROUTINE(SIOF) ROUTINE(TIO) ROUTINE(CLRIO) ROUTINE(HIO) ROUTINE(HDV) ROUTINE(TCH)               \
  ROUTINE(CLRCH) ROUTINE(STIDC)
// clang-format on

namespace replica::semantics {

#define ROUTINE(mnemonic)                    \
  template <Builder B>                       \
  void mnemonic(B& b, const Insn& i) {       \
    b.template routine<Opcode::mnemonic>(i); \
  }
REPLICA_ROUTINES(ROUTINE)
#undef ROUTINE

}  // namespace replica::semantics
