#include "system/process_exit.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>

#include "mayhem/async/frame.hpp"

namespace mayhem::system {

async::awaitable<void> process_exit(const pidfd& process) {
    const async::frame here;
    const int copy = ::fcntl(process.get(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot watch a process for its end");
    }
    unique_fd owner(copy);
    asio::posix::basic_stream_descriptor<async::executor> descriptor(async::this_loop().get_executor());
    descriptor.assign(owner.get());
    (void)owner.release();  // the descriptor owns it from here
    co_await descriptor.async_wait(asio::posix::descriptor_base::wait_read, async::use_awaitable);
}

}  // namespace mayhem::system
