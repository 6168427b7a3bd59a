#pragma once

#include <chrono>
#include <filesystem>
#include <functional>

#include "halts/halt_look.hpp"
#include "mayhem/async/awaitable.hpp"

namespace mayhem::app {

/// What the halt sees of the file system. Nothing here holds the loop, however long a file system takes: an answer may
/// come late, or never. The loop's thread only.
class halt_sight {
public:
    virtual ~halt_sight() = default;

    /// `is_watched`: whether `change` tells what happens in the file's folder from before the look on.
    using seen = std::function<void(const halt_look& found, bool is_watched)>;

    /// Looks at `file`, and tells `then` on the loop. False if it cannot be begun.
    [[nodiscard]] virtual bool look(const std::filesystem::path& file, seen then) = 0;

    /// Makes `change` tell what happens in `folder`; `then` hears whether that is possible. False as above.
    [[nodiscard]] virtual bool attend(const std::filesystem::path& folder, std::function<void(bool)> then) = 0;

    /// So long nothing may be heard of what has happened, before it is looked for in any case: a folder may have been
    /// made, or replaced.
    [[nodiscard]] virtual std::chrono::nanoseconds look_again() const noexcept { return std::chrono::seconds{30}; }

    /// Waits until something has happened in one of the folders since the last call.
    [[nodiscard]] virtual async::awaitable<void> change() = 0;
};

}  // namespace mayhem::app
