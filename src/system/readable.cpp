#include "system/readable.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>

#include "mayhem/async/frame.hpp"
#include "system/unique_fd.hpp"
#include "system/wait_ready.hpp"

namespace mayhem::system {

async::awaitable<void> readable(int fd) {
    const async::frame here;
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot watch a descriptor for something to read");
    }
    unique_fd owner(copy);
    descriptor watched(async::this_loop().get_executor());
    watched.assign(owner.get());
    (void)owner.release();  // the descriptor owns it from here
    co_await wait_ready(watched, descriptor::wait_read);
}

}  // namespace mayhem::system
