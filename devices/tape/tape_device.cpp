#include "devices/tape/tape_device.h"

#include <algorithm>
#include <cstdio>

namespace replica {
namespace {

// The name of a file that says: no tape.
constexpr const char* kNothing = "*";

constexpr u32 kMotionMicroseconds = 100;
constexpr u32 kRewindMicroseconds = 200;
constexpr u32 kBytesPerMicrosecond = 500;

u32 transfer_microseconds(size_t bytes) { return kMotionMicroseconds + static_cast<u32>(bytes) / kBytesPerMicrosecond; }

}  // namespace

TapeDevice::TapeDevice(const TapeModel& model, const DeviceEnvironment& environment)
    : model_(model), environment_(environment) {}

Result<std::unique_ptr<Device>> make_tape_device(std::string_view type, std::span<const std::string> arguments,
                                                 const DeviceEnvironment& environment) {
  const TapeModel* model = TapeModel::find(type);
  if (!model) return fail("'{}' is not a tape drive; expected {}", type, TapeModel::all_types());
  auto device = std::make_unique<TapeDevice>(*model, environment);
  if (auto mounted = device->mount(arguments); !mounted) return tl::unexpected(mounted.error());
  return std::unique_ptr<Device>(std::move(device));
}

Status TapeDevice::mount(std::span<const std::string> arguments) {
  const std::vector<std::string> words =
      arguments.empty() ? arguments_ : std::vector<std::string>(arguments.begin(), arguments.end());
  const auto options = parse_tape_options(std::span(words).subspan(words.empty() ? 0 : 1));
  if (!options) return tl::unexpected(options.error());
  unmount();
  device_end_with_intervention_ = options->device_end_with_intervention;
  if (!words.empty() && words.front() != kNothing) {
    auto tape = open_tape(environment_.resolve(words.front()), *options);
    if (!tape) return tl::unexpected(tape.error());
    tape_ = std::move(*tape);
    raise_status(unit_status::kDeviceEnd);
  }
  arguments_ = words;
  return {};
}

void TapeDevice::unmount() {
  if (tape_) {
    if (auto flushed = tape_->flush(); !flushed) failed(TapeTrouble::write_failed, flushed.error());
  }
  tape_.reset();
  action_ = TapeAction::none;
  sense_bytes_.reset();
  density_ = TapeAction::set_1600;
  writing_ = false;
  reported_.clear();
}

std::string TapeDevice::description() const {
  if (!tape_) return kNothing;
  const TapeFile::Position position = tape_->position();
  return fmt::format("{} {}{} file {}, record {}, offset {}{}", tape_->name(), tape_->format(),
                     tape_->is_protected() ? " readonly" : "", position.file + 1, position.record, position.offset,
                     reported_.empty() ? "" : fmt::format(" ({})", reported_));
}

TapeState TapeDevice::state() const {
  if (!tape_) return {.is_protected = true};
  return {.ready = true,
          .at_load_point = tape_->at_load_point(),
          .is_protected = tape_->is_protected(),
          .writing = writing_,
          .past_end_marker = tape_->past_end_marker(),
          .is_1600 = density_ == TapeAction::set_1600};
}

u8 TapeDevice::unit_check(TapeTrouble trouble) {
  sense_bytes_ = model_.sense(trouble, state());
  return unit_status::kEnd | unit_status::kUnitCheck;
}

u8 TapeDevice::failed(TapeTrouble trouble, const Error& error) {
  if (reported_ != error.message) {
    reported_ = error.message;
    const std::string message = fmt::format("{}: {}", type(), error.message);
    if (environment_.report) {
      environment_.report(message);
    } else {
      fmt::print(stderr, "{}\n", message);
    }
  }
  return unit_check(trouble);
}

Device::Answer TapeDevice::begin(u8 command) {
  action_ = model_.action(command);
  microseconds_ = kMotionMicroseconds;
  if (action_ == TapeAction::sense) return begin_sense();
  if (action_ != TapeAction::no_operation) sense_bytes_.reset();
  const bool has_no_sense_id = action_ == TapeAction::sense_id && !environment_.sense_id;
  if (action_ == TapeAction::none || has_no_sense_id) return Answer::ended(unit_check(TapeTrouble::command_reject));
  if (needs_tape(action_) && !tape_) {
    unit_check(TapeTrouble::not_ready);
    const u8 ends = device_end_with_intervention_ ? unit_status::kEnd : u8{0};
    return Answer::ended(ends | unit_status::kUnitCheck);
  }
  if (needs_write_ring(action_) && tape_->is_protected()) return Answer::ended(unit_check(TapeTrouble::protected_tape));
  return begin_action();
}

Device::Answer TapeDevice::begin_action() {
  switch (action_) {
    case TapeAction::write: return receive(kMaximumTapeBlock);
    case TapeAction::read: return begin_read();
    case TapeAction::read_backward: return begin_read_backward();
    case TapeAction::write_tape_mark: return Answer::ended(write_tape_mark());
    case TapeAction::erase_gap:
    case TapeAction::data_security_erase: return Answer::ended(erase());
    case TapeAction::backspace_block:
    case TapeAction::forward_space_block:
    case TapeAction::backspace_file:
    case TapeAction::forward_space_file: return Answer::ended(space(action_));
    case TapeAction::rewind:
      tape_->rewind();
      writing_ = false;
      microseconds_ = kRewindMicroseconds;
      return Answer::done();
    case TapeAction::rewind_unload: return rewind_unload();
    case TapeAction::set_800:
    case TapeAction::set_1600:
    case TapeAction::set_6250: return set_density(action_);
    case TapeAction::request_track_in_error: return receive(1);
    case TapeAction::loop_write_to_read: return receive(kMaximumTapeBlock);
    case TapeAction::sense_id: return send(model_.sense_id());
    default: return Answer::done();
  }
}

Device::Answer TapeDevice::begin_sense() {
  auto bytes = sense_bytes_ ? std::move(*sense_bytes_) : model_.sense(TapeTrouble::none, state());
  sense_bytes_.reset();
  return send(std::move(bytes));
}

// A tape mark and a failure are known only when the tape moves: they end the command and do not refuse it.
Device::Answer TapeDevice::begin_read() {
  std::vector<u8> block;
  const auto passed = tape_->read(block);
  writing_ = false;
  ending_status_ = unit_status::kEnd;
  if (!passed) {
    block.clear();
    ending_status_ = failed(TapeTrouble::read_failed, passed.error());
  } else if (*passed == Passed::end_of_data) {
    ending_status_ = unit_check(TapeTrouble::ran_off);
  } else if (*passed == Passed::tape_mark) {
    ending_status_ |= unit_status::kUnitException;
  }
  microseconds_ = transfer_microseconds(block.size());
  return send(std::move(block));
}

Device::Answer TapeDevice::begin_read_backward() {
  std::vector<u8> block;
  const auto passed = tape_->read_backward(block);
  writing_ = false;
  ending_status_ = unit_status::kEnd;
  if (!passed) {
    block.clear();
    ending_status_ = failed(TapeTrouble::read_failed, passed.error());
  } else if (*passed == Passed::load_point) {
    ending_status_ = unit_check(TapeTrouble::load_point);
  } else if (*passed == Passed::tape_mark) {
    ending_status_ |= unit_status::kUnitException;
  }
  microseconds_ = transfer_microseconds(block.size());
  std::reverse(block.begin(), block.end());
  send(std::move(block));
  return {Direction::backward};
}

Device::Ending TapeDevice::end() {
  const TapeAction action = action_;
  action_ = TapeAction::none;
  switch (action) {
    case TapeAction::write: return end_write();
    case TapeAction::read:
    case TapeAction::read_backward: return {ending_status_, has_more()};
    case TapeAction::sense:
    case TapeAction::sense_id: return {unit_status::kEnd, has_more()};
    default: return {unit_status::kEnd};
  }
}

Device::Ending TapeDevice::end_write() {
  if (buffer().empty()) return {unit_check(TapeTrouble::no_data)};
  return {written(tape_->write_block(buffer()))};
}

u8 TapeDevice::write_tape_mark() { return written(tape_->write_tape_mark()); }

u8 TapeDevice::written(const Result<Passed>& passed) {
  writing_ = true;
  if (!passed) return failed(TapeTrouble::write_failed, passed.error());
  if (*passed == Passed::end_of_tape) return unit_check(TapeTrouble::ran_off);
  return tape_->past_end_marker() ? unit_status::kEnd | unit_status::kUnitException : unit_status::kEnd;
}

// An image has no gaps: ERASE GAP leaves it alone, and what is written next replaces what follows.
u8 TapeDevice::erase() {
  writing_ = true;
  if (action_ == TapeAction::data_security_erase) {
    microseconds_ = kRewindMicroseconds;
    if (auto erased = tape_->erase_rest(); !erased) return failed(TapeTrouble::write_failed, erased.error());
    return unit_status::kEnd;
  }
  return tape_->past_end_marker() ? unit_status::kEnd | unit_status::kUnitException : unit_status::kEnd;
}

// A tape mark is an exception for those that space blocks; those that space files look for it.
u8 TapeDevice::space(TapeAction action) {
  writing_ = false;
  const Result<Passed> passed = action == TapeAction::backspace_block       ? tape_->backspace_block()
                                : action == TapeAction::backspace_file      ? tape_->backspace_file()
                                : action == TapeAction::forward_space_block ? tape_->space_block()
                                                                            : tape_->space_file();
  if (!passed) return failed(TapeTrouble::read_failed, passed.error());
  if (*passed == Passed::load_point) return unit_check(TapeTrouble::load_point);
  if (*passed == Passed::end_of_data) return unit_check(TapeTrouble::ran_off);
  const bool spaces_blocks = action == TapeAction::backspace_block || action == TapeAction::forward_space_block;
  const bool exception = *passed == Passed::tape_mark && spaces_blocks;
  return exception ? unit_status::kEnd | unit_status::kUnitException : unit_status::kEnd;
}

Device::Answer TapeDevice::set_density(TapeAction density) {
  if (tape_->at_load_point()) density_ = density;
  return Answer::done();
}

// The drive is not ready any more, and says so with a unit check.
Device::Answer TapeDevice::rewind_unload() {
  unmount();
  microseconds_ = kRewindMicroseconds;
  return Answer::ended(unit_check(TapeTrouble::not_ready) | unit_status::kControlUnitEnd);
}

void TapeDevice::halt() { action_ = TapeAction::none; }

void TapeDevice::reset() {
  BufferedDevice::reset();
  action_ = TapeAction::none;
  sense_bytes_.reset();
}

Status TapeDevice::flush() { return tape_ ? tape_->flush() : Status{}; }

}  // namespace replica
