#include "tests/devices/channel_driver.h"

#include <algorithm>

namespace replica::test {
namespace {

bool is_ckd_search(u8 command) {
  constexpr u8 kSearches[] = {0x31, 0x51, 0x71, 0x29, 0x49, 0x69, 0x39, 0x2D, 0x4D, 0x6D};
  constexpr u8 kMultitrack = 0x80;
  return std::find(std::begin(kSearches), std::end(kSearches), command & ~kMultitrack) != std::end(kSearches);
}

}  // namespace

std::size_t ChannelDriver::next_piece(std::size_t rest) {
  constexpr std::size_t kPieces[] = {1, 7, 2048, 3, 31, 13, 2};
  return std::min(rest, piece_ != 0 ? piece_ : kPieces[pieces_++ % std::size(kPieces)]);
}

u32 ChannelDriver::send_data(std::vector<u8> data, u32 count) {
  data.resize(count);
  u32 done = 0;
  while (done < count) {
    const std::span<const u8> piece(data.data() + done, next_piece(count - done));
    const u32 moved = device_.write(piece);
    done += moved;
    if (moved < piece.size()) break;
  }
  return done;
}

u32 ChannelDriver::read_data(std::vector<u8>& data) {
  u32 done = 0;
  while (done < data.size()) {
    const std::span<u8> piece(data.data() + done, next_piece(data.size() - done));
    const u32 moved = device_.read(piece);
    done += moved;
    if (moved < piece.size()) break;
  }
  data.resize(done);
  return done;
}

Outcome ChannelDriver::run(const Step& step) {
  Outcome outcome{.residual = step.count};
  const Device::Answer answer = device_.begin(step.command);
  if (answer.direction == Device::Direction::none) {
    outcome.status = answer.status;
    outcome.immediate = true;
    return outcome;
  }
  if (answer.direction == Device::Direction::from_storage) {
    outcome.residual -= send_data(step.data, step.count);
  } else {
    outcome.data.resize(step.count);
    outcome.residual -= read_data(outcome.data);
  }
  if (answer.direction == Device::Direction::backward) std::reverse(outcome.data.begin(), outcome.data.end());
  const Device::Ending ending = device_.end();
  outcome.status = ending.status;
  outcome.wrong_length = ending.wrong_length || outcome.residual != 0;
  return outcome;
}

Outcome ChannelDriver::alone(const Step& step) {
  begin_chain();
  return run(step);
}

Outcome ChannelDriver::search(const Step& step) {
  for (;;) {
    Outcome outcome = run(step);
    if (outcome.status != unit_status::kEnd) return outcome;
  }
}

Outcome ChannelDriver::chain(const std::vector<Step>& steps) {
  begin_chain();
  Outcome outcome;
  for (const Step& step : steps) {
    outcome = is_ckd_search(step.command) ? search(step) : run(step);
    const u8 unusual = outcome.status & static_cast<u8>(~(unit_status::kEnd | unit_status::kStatusModifier));
    if (unusual != 0) break;
  }
  return outcome;
}

std::vector<u8> ChannelDriver::statuses(const std::vector<Step>& steps) {
  begin_chain();
  std::vector<u8> statuses;
  statuses.reserve(steps.size());
  for (const Step& step : steps) statuses.push_back(run(step).status);
  return statuses;
}

}  // namespace replica::test
