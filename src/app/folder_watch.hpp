#pragma once

#include <filesystem>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::app {

/// Tells when files come, go or change their names in some folders (inotify). The loop's thread only.
class folder_watch {
public:
    explicit folder_watch(async::loop& l);

    /// False if the folder cannot be watched: it does not exist, or the system's limit is reached. Adding one again is
    /// cheap, and finds it when it was replaced by another of its name.
    [[nodiscard]] bool add(const std::filesystem::path& folder);

    /// Waits until something has happened since the last call.
    async::awaitable<void> wait();

private:
    asio::posix::basic_stream_descriptor<async::executor> events_;
};

}  // namespace mayhem::app
