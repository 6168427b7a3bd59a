#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mayhem::test {

/// Lines that tasks write, in the order in which they write them.
class journal {
public:
    void write(std::string_view line) { lines_.emplace_back(line); }
    [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }

private:
    std::vector<std::string> lines_;
};

}  // namespace mayhem::test
