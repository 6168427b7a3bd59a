#include "mayhem/async/semaphore.hpp"

#include "mayhem/async/detail/suspend.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::async {

semaphore::~semaphore() {
    MAYHEM_ASSERT(waiters_.empty() && available_ == count_, "a semaphore must outlive its waiters and permits");
}

awaitable<semaphore::permit> semaphore::acquire(std::source_location at) {
    const frame here{at};
    if (permit free = try_acquire()) {
        co_return free;
    }
    co_await detail::park{"semaphore", at, [this](detail::branch& b) noexcept { waiters_.push_back(b); }};
    detail::throw_if_aborted();
    co_return permit{*this};
}

semaphore::permit semaphore::try_acquire() noexcept {
    if (available_ == 0) {
        return {};
    }
    --available_;
    return permit{*this};
}

void semaphore::give_back() noexcept {
    if (waiters_.empty()) {
        ++available_;
    } else {
        waiters_.front().owner_loop.check_thread("semaphore::permit::release");  // else std::terminate says so
        waiters_.front().wake();
    }
}

}  // namespace mayhem::async
