#pragma once

#include "halts/halt_sight.hpp"
#include "system/folder_watch.hpp"
#include "system/hanging_calls.hpp"

namespace mayhem::app {

/// The real file system, seen from threads that may hang.
class file_sight final : public halt_sight {
public:
    explicit file_sight(async::loop& l) : folders_(l), calls_(l, "mayhem-halt", calls_max) {}

    [[nodiscard]] bool look(const std::filesystem::path& file, seen then) override;
    [[nodiscard]] bool attend(const std::filesystem::path& folder, std::function<void(bool)> then) override;
    [[nodiscard]] async::awaitable<void> change() override { return folders_.wait(); }

private:
    /// The file, the folder of the database, and what a reload has left behind.
    static constexpr std::size_t calls_max = 6;

    folder_watch folders_;
    hanging_calls calls_;
};

}  // namespace mayhem::app
