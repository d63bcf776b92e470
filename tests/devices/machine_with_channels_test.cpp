// A CPU with channels: an endless channel program does not keep the CPU from running, I/O interruptions come with their code and
// CSW in both modes, and a waiting CPU is woken from outside.
#include <gtest/gtest.h>

#include <thread>

#include "base/big_endian.h"
#include "cpu/machine.h"
#include "devices/channels.h"
#include "tests/devices/scripted_device.h"

namespace replica::test {
namespace {

constexpr u32 kProgram = 0x800, kCount = 0xA00, kWaitPsw = 0xA08, kCcws = 0x900;
constexpr u32 kIoOldPsw = 56, kCsw = 64, kCaw = 72, kIoNewPsw = 120, kIoAddress = 186;

class MachineWithChannels : public testing::TestWithParam<TimeMode> {
 protected:
  MachineWithChannels() {
    auto storage = std::move(*Storage::create(kMinStorage));
    channels_ = std::make_unique<ChannelSubsystem>(*storage);
    auto device = std::make_unique<ScriptedDevice>();
    device_ = device.get();
    EXPECT_TRUE(channels_->attach(0x130, std::move(device)));
    MachineOptions options;
    options.clocks.mode = GetParam();
    machine_ = Machine::create(std::move(storage), options, channels_.get());
    put(kIoNewPsw, 0x0002000000000001);  // a disabled wait
  }

  void put(u32 at, u64 doubleword) { store_be64(machine_->storage().data() + at, doubleword); }
  u64 at(u32 address) { return load_be64(machine_->storage().data() + address); }
  StopReason run(u64 psw) {
    machine_->cpu().load_psw(psw);
    return machine_->run();
  }

  std::unique_ptr<ChannelSubsystem> channels_;
  std::unique_ptr<Machine> machine_;
  ScriptedDevice* device_ = nullptr;
};

TEST_P(MachineWithChannels, AnEndlessProgramLeavesTheCpuRunningUntilItIsHalted) {
  put(kCaw, u64{kCcws} << 32);
  put(kCcws, 0x0300000040000001);      // a control command that ends at once, chained
  put(kCcws + 8, 0x0800090000000000);  // to itself
  put(kCount, u64{1'000'000} << 32);
  put(kWaitPsw, 0xFE02000000000000);       // for an I/O interruption
  put(kProgram, 0x9C00013058100A00);       // SIO 130; L 1,count
  put(kProgram + 8, 0x461008089E000130);   // BCT 1,*; HIO 130
  put(kProgram + 16, 0x82000A0800000000);  // LPSW
  EXPECT_EQ(run(kProgram), StopReason::disabled_wait);
  EXPECT_GE(machine_->cpu().instructions(), 1'000'004u);
  EXPECT_GT(device_->commands.size(), 10u);
  EXPECT_EQ(device_->halts, 1u);
  EXPECT_EQ(at(kCsw), u64{kCcws + 8} << 32 | 0x0C000001);
}

TEST_P(MachineWithChannels, InterruptsInBcModeWithTheAddressInTheOldPsw) {
  device_->present(unit_status::kAttention);
  EXPECT_EQ(run(0x4002000000000AAA), StopReason::disabled_wait);
  EXPECT_EQ(at(kIoOldPsw), 0x4002013000000AAAu);
  EXPECT_EQ(at(kCsw), 0x80000000u);
}

TEST_P(MachineWithChannels, InterruptsInEcModeWithTheAddressAt186) {
  device_->present(unit_status::kAttention);
  machine_->cpu().cr[2] = 0xBFFFFFFF;  // all channels but 1
  EXPECT_EQ(run(0x020A000000000AAA), StopReason::idle_wait);
  machine_->cpu().cr[2] = 0x40000000;
  EXPECT_EQ(run(0x020A000000000AAA), StopReason::disabled_wait);
  EXPECT_EQ(at(kIoOldPsw), 0x020A000000000AAAu);
  EXPECT_EQ(load_be16(machine_->storage().data() + kIoAddress), 0x0130);
  EXPECT_EQ(at(kCsw), 0x80000000u);
}

TEST_P(MachineWithChannels, AWaitingCpuIsWokenFromOutside) {
  channels_->set_outside_events_possible(true);
  for (unsigned round = 0; round < 200; ++round) {
    std::thread outside([this] { device_->present(unit_status::kAttention); });
    EXPECT_EQ(run(0xFE02000000000AAA), StopReason::disabled_wait);
    outside.join();
  }
}

INSTANTIATE_TEST_SUITE_P(InBothTimes, MachineWithChannels, testing::Values(TimeMode::virtual_time, TimeMode::real_time),
                         [](const auto& test) {
                           return std::string(test.param == TimeMode::virtual_time ? "virtual" : "real");
                         });

}  // namespace
}  // namespace replica::test
