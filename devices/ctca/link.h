// The channel-to-channel adapter: what joins two channels, so that the one's WRITE is the other's READ. Basic mode, as both
// System/360 and System/370 have it. GA22-6983 "Channel-to-Channel Adapter".
//
// A link has two ends, each of which keeps the command that its channel has issued and the other has not answered yet. It
// knows nothing of channels or machines: the ends may be two addresses of one machine, addresses of two machines on two
// threads, or be joined by something that stands in for one of them.
//
// Invariants:
//   1. At most one end waits with a READ or READ BACKWARD while the other waits with a WRITE, and only until the writer, who
//      has been told to go on, has done so.
//   2. Data is kept only for an end that waits with a READ, and was not there before the other's WRITE.
#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/types.h"

namespace replica {

class AdapterLink {
 public:
  enum class Side : u8 { x, y };

  // What an end does with a command that it was given.
  enum class Reaction : u8 {
    wait,      // until `go_on`, then give the command again
    busy,      // the other end waits for another command: busy and attention
    done,      // has ended
    write,     // the other end reads: give the data to written()
    read,      // the data is there: take_data()
    end_mark,  // the other end has written an end of file: unit exception
  };
  // How an end hears of the other. Called with the link locked, from any thread: these must not use the link.
  struct Listener {
    std::function<void()> attention;  // the other end has issued a command
    std::function<void()> go_on;      // what was answered `wait` is to be given again
  };

  // An end comes, or goes with whatever it waited for. While one is not there, the other is not ready.
  void join(Side side, Listener listener);
  void leave(Side side);
  bool is_joined(Side side) const;
  // Whether both ends are there.
  bool is_ready() const;

  // A WRITE, READ or CONTROL of any form.
  Reaction give(Side side, u8 command);
  // The command code that the other end waits with, 0 if none. A CONTROL has thereby been answered.
  u8 sense_command(Side side);

  void written(Side side, std::span<const u8> data);
  std::vector<u8> take_data(Side side);

  // The end gives up the command that waits.
  void cancel(Side side);

 private:
  static constexpr u8 kNothing = 0x00;  // no command has this code

  struct End {
    std::optional<Listener> listener;
    u8 waiting = kNothing;  // the command that waits
    bool is_answered = false;
    bool has_end_mark = false;
    std::optional<std::vector<u8>> data;
  };

  End& end(Side side) { return ends_[static_cast<std::size_t>(side)]; }
  const End& end(Side side) const { return ends_[static_cast<std::size_t>(side)]; }
  static Side other(Side side) { return side == Side::x ? Side::y : Side::x; }
  static Reaction write(End& own, End& peer, u8 command);
  static Reaction read(End& own, End& peer, u8 command);
  static Reaction wait_alone(End& own, End& peer, u8 command);
  static void answer(End& peer);

  mutable std::mutex mutex_;
  std::array<End, 2> ends_;
};

}  // namespace replica
