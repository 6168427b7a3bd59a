#include "system/hanging_calls.hpp"

#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>

namespace mayhem::app {

struct hanging_calls::shared {
    std::mutex mutex;
    async::loop* home;          ///< guarded by mutex; null once nobody is interested
    std::size_t under_way = 0;  ///< the loop's thread only
    bool is_interested = true;  ///< the loop's thread only
    explicit shared(async::loop& l) : home(&l) {}
};

hanging_calls::hanging_calls(async::loop& l, std::string name, std::size_t max)
    : name_(std::move(name)), max_(max), shared_(std::make_shared<shared>(l)) {}

hanging_calls::~hanging_calls() {
    shared_->is_interested = false;
    const std::scoped_lock lock(shared_->mutex);
    shared_->home = nullptr;
}

bool hanging_calls::start(async::unique_function<step()> call) {
    if (shared_->under_way >= max_) {
        return false;
    }
    auto work = [shared = shared_, call = std::move(call)]() mutable {
        step next = call();
        const std::scoped_lock lock(shared->mutex);
        if (shared->home != nullptr) {
            shared->home->post([shared, next = std::move(next)]() mutable {
                --shared->under_way;
                if (shared->is_interested) {
                    next();
                }
            });
        }
    };
    try {
        std::thread thread(std::move(work));
        (void)pthread_setname_np(thread.native_handle(), name_.c_str());  // a name is a nicety
        thread.detach();
    } catch (const std::system_error&) {
        return false;
    }
    ++shared_->under_way;
    return true;
}

}  // namespace mayhem::app
