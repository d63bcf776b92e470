// Programs for the tests of `replica run`, assembled by hand. Each is an image for address 0 with the restart new PSW in
// front and the program at X'80'.
#pragma once

#include <algorithm>
#include <vector>

#include "base/types.h"

namespace replica::tools {

inline std::vector<u8> image_with_program(const std::vector<u8>& program) {
  std::vector<u8> image(0x80 + program.size());
  image[7] = 0x80;
  std::copy(program.begin(), program.end(), image.begin() + 0x80);
  return image;
}

// Ends at once in a disabled wait with this code of 24 bits.
inline std::vector<u8> waiting_guest(u32 code) {
  return image_with_program({0x82, 0x00, 0x00, 0x88,  // 80     LPSW  136
                             0x00, 0x00, 0x00, 0x00,  //
                             0x00, 0x02, 0x00, 0x00,  // 88     PSW: wait
                             0x00, static_cast<u8>(code >> 16), static_cast<u8>(code >> 8), static_cast<u8>(code)});
}

// LA, AR, and a disabled wait with code 0: three instructions.
inline std::vector<u8> adding_guest() {
  return image_with_program({0x41, 0x10, 0x00, 0x0F,    // 80     LA    1,15
                             0x1A, 0x11,                // 84     AR    1,1
                             0x82, 0x00, 0x00, 0x90,    // 86     LPSW  144
                             0x00, 0x00, 0x00, 0x00,    //
                             0x00, 0x00,                //
                             0x00, 0x02, 0x00, 0x00,    // 90     PSW: wait
                             0x00, 0x00, 0x00, 0x00});  //
}

// BC 15,128: for ever.
inline std::vector<u8> looping_guest() { return image_with_program({0x47, 0xF0, 0x00, 0x80}); }

// waiting_guest(0) with a report area at X'100': the text HI, 'new line', A, and a byte without a graphic.
inline std::vector<u8> printing_guest() {
  std::vector<u8> image = waiting_guest(0);
  image.resize(0x100);
  const u8 area[] = {0, 0, 0, 5, 0xC8, 0xC9, 0x15, 0xC1, 0x00};
  image.insert(image.end(), std::begin(area), std::end(area));
  return image;
}
inline constexpr const char* kPrintedText = "HI\nA.";

}  // namespace replica::tools
