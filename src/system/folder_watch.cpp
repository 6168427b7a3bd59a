#include "system/folder_watch.hpp"

#include <array>

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::app {

namespace {

constexpr std::uint32_t interesting =
    IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

}  // namespace

folder_watch::folder_watch(async::loop& l)
    : inotify_(std::make_shared<system::unique_fd>(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC))),
      events_(l.get_executor()) {
    const int fd = ::fcntl(inotify_->get(), F_DUPFD_CLOEXEC, 0);
    if (fd >= 0) {
        events_.assign(fd);
    }
}

folder_watch::adder folder_watch::get_adder() const {
    return [inotify = inotify_, is_open = events_.is_open()](const std::filesystem::path& folder) {
        return is_open && ::inotify_add_watch(inotify->get(), folder.c_str(), interesting) >= 0;
    };
}

async::awaitable<void> folder_watch::wait() {
    const async::frame here;
    if (!events_.is_open()) {
        async::event never;
        co_await never.wait();
    }
    co_await events_.async_wait(asio::posix::descriptor_base::wait_read, async::use_awaitable);
    std::array<char, 4096> ignored{};
    while (::read(events_.native_handle(), ignored.data(), ignored.size()) > 0) {
    }
}

}  // namespace mayhem::app
