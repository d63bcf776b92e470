// What the CPU needs from others and does not know: channels, whoever intercepts interruptions, and the engine that runs
// instructions. Each is a small interface that the folder above implements.
#pragma once

#include <chrono>
#include <limits>
#include <thread>

#include "base/program_code.h"
#include "base/result.h"
#include "base/types.h"

namespace replica {

class Cpu;

// The time of an event that never comes. Times are those of Clocks (cpu/clocks.h).
inline constexpr u64 kNever = std::numeric_limits<u64>::max();

enum class IoInstruction : u8 {
  start_io,
  start_io_fast_release,
  test_io,
  clear_io,
  halt_io,
  halt_device,
  test_channel,
  clear_channel,
  store_channel_id,
};

// What the channels need to know of the CPU that calls them.
struct IoContext {
  u32 prefix = 0;                   // CAW, CSW and channel ID are at real addresses
  bool block_multiplexing = false;  // CR0 bit 0
  u64 now = 0;                      // machine time
  bool real_time = false;           // it is the host's: nothing need be delayed to make it pass
};

// The channels as the CPU sees them. Called on the CPU's thread only.
class Channels {
 public:
  virtual ~Channels() = default;

  // Performs an I/O instruction on the 16-bit I/O address and returns its condition code. Whatever the instruction stores
  // (CSW, channel ID) the channel stores, with prefixing.
  virtual u8 instruction(const IoContext& context, IoInstruction instruction, u16 address) = 0;

  // Initial program loading: reads the first record and follows its CCWs, then stores the I/O address. The PSW at location 0
  // is the caller's matter. Errors: no device, or how the channel program ended.
  virtual Status load(u16 address, const IoContext&) {
    return fail("IPL from {:04X}: there is no such device", address);
  }

  // True if any interruption condition is pending, whether the masks allow it or not.
  virtual bool any_pending() const = 0;

  // True if one is pending in a channel that `channel_mask` enables. Bit n, from the left, stands for channel n.
  virtual bool pending(u32 channel_mask) const = 0;

  // Takes the pending condition of highest priority among the enabled channels: stores its CSW, clears it and returns
  // the I/O address. Only after pending(channel_mask) was true.
  virtual u16 accept(const IoContext& context, u32 channel_mask) = 0;

  // The time of the next thing to happen in a channel, and its happening. The context's time never goes back.
  virtual u64 next_event() const = 0;
  virtual void advance(const IoContext& context) = 0;

  // The same of I/O operations alone: a CPU with nothing to do lets them happen a little before their time.
  virtual u64 next_operation() const { return next_event(); }

  // True while something outside of the machine may still bring an interruption (a terminal, a network).
  virtual bool expects_outside_event() const = 0;

  // Sleeps until something comes from outside, or the time has passed.
  virtual void wait_for_outside_event(std::chrono::microseconds most) { std::this_thread::sleep_for(most); }

  // I/O-system reset.
  virtual void reset() = 0;
};

enum class InterruptionClass : u8 { restart, external, supervisor_call, program, machine_check, input_output };

struct Interruption {
  InterruptionClass cls;
  u16 code = 0;  // as in the old PSW or at its assigned location; for I/O the I/O address
  u8 ilc = 0;
};

// Sees every interruption before the PSWs are exchanged. A VMM stands here.
class Interceptor {
 public:
  virtual ~Interceptor() = default;
  // True if the interruption has been dealt with; the CPU then continues with the PSW as the interceptor left it.
  virtual bool intercept(Cpu& cpu, const Interruption& interruption) = 0;
  // Asked before a privileged instruction in problem state becomes a program interruption: its bytes, and where it stands. True
  // if it has been carried out: then nothing has changed for the CPU but general registers, storage and the condition code if
  // the instruction sets it, and control goes on behind the instruction. Throws nothing.
  virtual bool carry_out(Cpu&, const u8* /*bytes*/, u32 /*address*/) { return false; }
};

// Runs instructions. Interpreter, translator and their mixture are engines.
class Engine {
 public:
  virtual ~Engine() = default;
  // Runs until cpu.budget is zero or less. Leaves at instruction boundaries only, with the whole state in `cpu`.
  virtual void run(Cpu& cpu) = 0;
};

}  // namespace replica
