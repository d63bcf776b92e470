// Whose bytes these are: everything that an owner has is filled with a marker of its own, so that it is known again wherever
// it turns up.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/types.h"

namespace replica::isolation {

// The machines, the user whose disk some of them may read, and nobody: cylinders that are no minidisk, free frames.
enum class Owner : u8 { nobody, victim, first_attacker, second_attacker, worker, library };
inline constexpr Owner kOwners[] = {Owner::nobody,          Owner::victim, Owner::first_attacker,
                                    Owner::second_attacker, Owner::worker, Owner::library};

// Six bytes that name the owner and occur by chance never; two that say where: a page, a track.
inline constexpr std::size_t kNameBytes = 6;
inline constexpr std::size_t kMarkerBytes = 8;
std::array<u8, kMarkerBytes> marker(Owner owner, u32 place);

// Fills the bytes with the marker, over and over.
void fill(std::span<u8> bytes, Owner owner, u32 place);
std::vector<u8> filled(std::size_t length, Owner owner, u32 place);

// Whether the owner's marker stands anywhere in the bytes.
bool contains(std::span<const u8> bytes, Owner owner);
// Whether a register's word is a part of it.
bool is_part(u32 word, Owner owner);

u64 hash(std::span<const u8> bytes);

}  // namespace replica::isolation
