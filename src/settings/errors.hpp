#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "settings/error.hpp"

namespace mayhem::settings {

/// Collects what is wrong with one config file, so that all of it is reported at once. Bounded: of more than
/// `errors_max` the rest is only counted.
class errors {
public:
    static constexpr std::size_t errors_max = 100;
    static constexpr std::size_t text_bytes_max = 500;

    explicit errors(std::string file) : file_(std::move(file)) {}

    /// Makes the text printable and cuts it to `text_bytes_max`: it quotes what stands in the file.
    void add(const toml::source_position& where, std::string_view text);

    [[nodiscard]] bool empty() const noexcept { return errors_.empty(); }

    /// All of them in the order of the file, and one that counts the rest where there were too many. Leaves nothing.
    [[nodiscard]] std::vector<error> take();

private:
    std::string file_;
    std::vector<error> errors_;
    std::size_t left_out_ = 0;
};

}  // namespace mayhem::settings
