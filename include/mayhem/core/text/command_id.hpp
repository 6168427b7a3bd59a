#pragma once

#include <string>
#include <string_view>

namespace mayhem::core {

/// What stands for a command line where others can read it: "PROGRAM#HASH", the file name of its first word and ten
/// hexadecimal digits (40 bits) of a hash of the whole. Arguments may be secret; the same line has the same id on every
/// host, in every life and in every version, because records hold it.
///
/// Not against somebody who knows all of the line but a guessable part: that one can try.
[[nodiscard]] std::string command_id(std::string_view command_line);

}  // namespace mayhem::core
