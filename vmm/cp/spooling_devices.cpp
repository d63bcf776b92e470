#include "vmm/cp/spooling_devices.h"

#include <algorithm>

namespace replica::vmm {
namespace {

// How much a device does at a time.
constexpr u32 kCommandsAtOnce = 200;
constexpr u32 kCardsAtOnce = 200;

bool is_one_of(std::string_view type, std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

void SpoolingDevices::find_devices() {
  for (const u16 address : devices_.addresses()) {
    if (writers_.contains(address) || readers_.contains(address)) continue;
    Device& device = *devices_.device_at(address);
    if (is_one_of(device.type(), {"1403", "1443", "3203", "3211"})) {
      add_writer(address, device, SpoolKind::printer);
    } else if (is_one_of(device.type(), {"3525", "2540P"})) {
      add_writer(address, device, SpoolKind::punch);
    } else if (is_one_of(device.type(), {"2501", "2540R", "3505"})) {
      SpoolReaderInput::Options options{.name = fmt::format("{:03X}", address),
                                        .code_page = options_.code_page,
                                        .is_user = options_.is_user,
                                        .report = options_.tell_operator};
      readers_[address].input = std::make_unique<SpoolReaderInput>(store_, device, std::move(options));
    }
  }
}

void SpoolingDevices::add_writer(u16 address, Device& device, SpoolKind kind) {
  SpoolWriter::Options options{.name = fmt::format("{:03X}", address)};
  options.kind = kind;
  options.separator = false;
  options.code_page = options_.code_page;
  options.report = options_.tell_operator;
  auto writer = std::make_unique<SpoolWriter>(store_, device, std::move(options));
  writer->start();
  writers_.insert_or_assign(address, Writer{kind, std::move(writer)});
}

void SpoolingDevices::let_go(u16 address) {
  writers_.erase(address);
  readers_.erase(address);
}

SpoolWriter* SpoolingDevices::writer(u16 address) {
  const auto found = writers_.find(address);
  return found == writers_.end() ? nullptr : found->second.writer.get();
}

SpoolingDevices::Reader* SpoolingDevices::reader(u16 address) {
  const auto found = readers_.find(address);
  return found == readers_.end() ? nullptr : &found->second;
}

// There is no program that takes the interruptions of these devices. What they present, that there are cards or paper again, is
// seen when they are worked with; left pending, it would keep the device busy for who wants to put in the next deck.
void SpoolingDevices::take_interruptions() {
  for (const u16 address : devices_.addresses()) {
    const bool is_used = writers_.contains(address) || readers_.contains(address);
    if (is_used && devices_.has_pending_status(address)) static_cast<void>(devices_.reset(address));
  }
}

bool SpoolingDevices::work() {
  take_interruptions();
  bool goes_on = write();
  for (auto& [address, reader] : readers_) goes_on |= !reader.is_drained && reader.input->step(kCardsAtOnce);
  return goes_on;
}

bool SpoolingDevices::write() {
  keep_held_files();
  bool goes_on = false;
  for (auto& [address, each] : writers_) {
    if (each.writer->state() == SpoolWriter::State::idle) each.writer->start();
    goes_on |= each.writer->step(kCommandsAtOnce) == SpoolWriter::State::busy;
  }
  return goes_on;
}

void SpoolingDevices::finish_output() {
  while (write()) {
  }
}

void SpoolingDevices::keep_held_files() {
  for (const auto& [user, kind] : held_) {
    for (const SpoolFile& file : store_.list({.owner = user, .kind = kind})) {
      if (file.state != SpoolState::closed || file.hold == SpoolHold::system) continue;
      SpoolAttributes held = file;
      held.hold = SpoolHold::system;
      if (Status changed = store_.change(file.id, held); !changed) options_.tell_operator(changed.error().message);
    }
  }
}

u32 SpoolingDevices::free(const std::string& user, SpoolKind kind) {
  held_.erase({user, kind});
  u32 freed = 0;
  for (const SpoolFile& file : store_.list({.owner = user, .kind = kind})) {
    if (file.state != SpoolState::closed || file.hold != SpoolHold::system) continue;
    SpoolAttributes free_again = file;
    free_again.hold = SpoolHold::none;
    if (store_.change(file.id, free_again)) ++freed;
  }
  return freed;
}

}  // namespace replica::vmm
