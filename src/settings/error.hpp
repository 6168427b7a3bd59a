#pragma once

#include <cstdint>
#include <string>

namespace mayhem::settings {

/// One thing that is wrong with a config file.
struct error {
    std::string file;          ///< as it was named by whoever asked
    std::uint32_t line = 0;    ///< from 1; 0 when it concerns the file as a whole
    std::uint32_t column = 0;  ///< from 1, in characters; 0 likewise
    std::string text;          ///< what is wrong, and what to do

    friend bool operator==(const error&, const error&) = default;
};

/// "FILE:LINE:COLUMN: TEXT", as compilers write it, so that editors can jump there.
std::string to_string(const error& e);

}  // namespace mayhem::settings
