#include "tests/devices/dasd/channel_driver.h"

#include <algorithm>

namespace replica::test {

u32 ChannelDriver::next_piece(u32 left) {
  if (largest_piece_ == 0) return left;
  piece_ = piece_ % largest_piece_ + 1;
  return std::min(piece_, left);
}

Outcome ChannelDriver::run(const Step& step) {
  Outcome outcome;
  outcome.residual = step.count;
  const Device::Answer answer = device_.begin(step.command);
  if (answer.direction == Device::Direction::none) {
    outcome.status = answer.status;
    return outcome;
  }
  const bool reads = answer.direction == Device::Direction::to_storage;
  u32 done = 0;
  while (done < step.count) {
    const u32 piece = next_piece(step.count - done);
    std::vector<u8> bytes(piece);
    u32 moved = 0;
    if (reads) {
      moved = device_.read(bytes);
      outcome.data.insert(outcome.data.end(), bytes.begin(), bytes.begin() + moved);
    } else {
      if (step.data.empty()) break;
      std::copy_n(step.data.begin() + done, piece, bytes.begin());
      moved = device_.write(bytes);
    }
    done += moved;
    if (moved < piece) break;
  }
  const Device::Ending ending = device_.end();
  outcome.status = ending.status;
  outcome.residual = step.count - done;
  outcome.wrong_length = ending.wrong_length || outcome.residual != 0;
  return outcome;
}

Outcome ChannelDriver::search(const Step& step) {
  for (;;) {
    const Outcome outcome = run(step);
    if (outcome.status != unit_status::kEnd) return outcome;
  }
}

Outcome ChannelDriver::chain(const std::vector<Step>& steps) {
  begin_chain();
  Outcome outcome;
  for (const Step& step : steps) {
    const u8 code = step.command & 0x7F;
    const bool searches = code == 0x31 || code == 0x51 || code == 0x71 || code == 0x29 || code == 0x49 ||
                          code == 0x69 || code == 0x39 || code == 0x2D || code == 0x4D || code == 0x6D;
    outcome = searches ? search(step) : run(step);
    const u8 unusual = outcome.status & static_cast<u8>(~(unit_status::kEnd | unit_status::kStatusModifier));
    if (unusual != 0) break;
  }
  return outcome;
}

std::vector<u8> ChannelDriver::sense() {
  begin_chain();
  return run(Step::read(0x04, 24)).data;
}

}  // namespace replica::test
