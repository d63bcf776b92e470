// The generator's table of instructions (generator_rows.def) as data.
#pragma once

#include <span>

#include "base/types.h"

namespace replica::oracle {

// Which operand fields an instruction gets, and from which ranges.
enum class Shape : u8 {
  rr,
  rr_pair,
  rr_float,
  rr_extended,
  extended_from_float,
  float_from_extended,
  rre_extended,
  spm,
  svc,
  branch_rr,
  bcr,
  branch_rx,
  bc,
  branch_rs,
  execute,
  long_move,
  la,
  rx,
  rx_pair,
  rx_float,
  rx_extended,
  shift,
  shift_pair,
  multiple,
  swap,
  masked,
  si,
  monitor_call,
  ss,
  ss_lengths,
  ss_product,
  edit,
  srp,
  key_rr,
  ssm,
  lpsw,
  system_mask,
  lra,
  stctl,
  lctl,
  io,
  clock,
  spka,
  s_plain,
  spx,
  s_store,
  rrb,
  ipte,
  test_block,
  tprot,
  frame_key,
  invalid,
};

// What is put where the storage operand lies.
enum class Plant : u8 { none, word, real, packed, cvb, table };

struct Row {
  u16 op;  // with 8-bit operation codes in the low byte
  const char* mnemonic;
  Shape shape;
  u8 bytes;
  Plant plant;
  u8 weight;
  bool privileged;
};

std::span<const Row> rows();

}  // namespace replica::oracle
