#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "mayhem/core/time.hpp"

namespace mayhem::stores {

/// Something that happened outside, as somebody told it: "deployed 1.4.2".
struct outside_mark {
    core::wall_time at{};
    std::string who;
    std::string text;

    friend bool operator==(const outside_mark&, const outside_mark&) = default;
};

/// What somebody told of outside, in `marks.json` beside the database: what it tells is no part of the record, and a
/// database that is full or locked neither loses nor forges one. Synchronous; one thread at a time.
class mark_file {
public:
    static constexpr std::size_t marks_max = 500;  ///< the newest are kept

    explicit mark_file(const std::filesystem::path& state_folder) : file_(state_folder / "marks.json") {}

    /// Oldest first. None where there is no file, or one that cannot be understood.
    [[nodiscard]] std::vector<outside_mark> read() const;

    /// Durable when it returns. Throws `std::system_error`, and then the file is as it was.
    void add(outside_mark m) const;

private:
    std::filesystem::path file_;
};

}  // namespace mayhem::stores
