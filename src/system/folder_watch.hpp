#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/loop.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::app {

/// Tells when files come, go or change their names in some folders (inotify). The loop's thread only, but for adders.
class folder_watch {
public:
    explicit folder_watch(async::loop& l);

    /// Adds a folder. False if it cannot be watched: it does not exist, or the system's limit is reached. Adding one
    /// again is cheap, and finds it when it was replaced by another of its name. It takes as long as the folder's file
    /// system: for any thread, which may still be at it when this object has gone.
    using adder = std::function<bool(const std::filesystem::path& folder)>;
    [[nodiscard]] adder get_adder() const;

    /// Waits until something has happened since the last call; for ever where there is no inotify to be had.
    async::awaitable<void> wait();

private:
    std::shared_ptr<const system::unique_fd> inotify_;
    asio::posix::basic_stream_descriptor<async::executor> events_;  ///< the same, by a descriptor of its own
};

}  // namespace mayhem::app
