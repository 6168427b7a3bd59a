#include "app/folder_watch.hpp"

#include <array>

#include <sys/inotify.h>
#include <unistd.h>

#include "mayhem/async/frame.hpp"

namespace mayhem::app {

namespace {

constexpr std::uint32_t interesting =
    IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

}  // namespace

folder_watch::folder_watch(async::loop& l) : events_(l.get_executor()) {
    const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd >= 0) {
        events_.assign(fd);
    }
}

bool folder_watch::add(const std::filesystem::path& folder) {
    return events_.is_open() && ::inotify_add_watch(events_.native_handle(), folder.c_str(), interesting) >= 0;
}

async::awaitable<void> folder_watch::wait() {
    const async::frame here;
    co_await events_.async_wait(asio::posix::descriptor_base::wait_read, async::use_awaitable);
    std::array<char, 4096> ignored{};
    while (::read(events_.native_handle(), ignored.data(), ignored.size()) > 0) {
    }
}

}  // namespace mayhem::app
