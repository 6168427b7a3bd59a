#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/semaphore.hpp"

namespace mayhem::app {

/// A look that is dear (it starts the operator's commands, and asks engines) and that anybody may ask for: one at a
/// time, however many ask and however often. Who asks while one is under way, or within `kept_for` after its end, gets
/// what that one found, unless it was a look at something else (`Key`). At most `askers_max` wait; so who asks cannot
/// make more of the looks than one after the other, nor more often than every `kept_for`.
///
/// A look that fails, or whose asker is cancelled, is the next asker's to repeat. The loop's thread only.
template <typename Key, typename Answer>
class shared_look {
public:
    using answer = std::shared_ptr<const Answer>;
    using look = std::function<async::awaitable<Answer>()>;  ///< returns a coroutine; is none itself

    shared_look(async::clock::duration kept_for, std::size_t askers_max) : kept_for_(kept_for), places_(askers_max) {}

    /// Null when as many ask already as may; `kept_free` of the places are not for this asker. Throws what `l` throws.
    async::awaitable<answer> get(Key of, look l, std::size_t kept_free) {
        const async::frame here;
        if (places_.available() <= kept_free) {
            co_return nullptr;
        }
        const async::semaphore::permit place = places_.try_acquire();
        const async::semaphore::permit one_at_a_time = co_await one_look_.acquire();
        if (found_ != nullptr && of_ == of && async::this_loop().now() - found_at_ < kept_for_) {
            co_return found_;
        }
        Answer made = co_await l();
        found_ = std::make_shared<const Answer>(std::move(made));
        found_at_ = async::this_loop().now();
        of_ = std::move(of);
        co_return found_;
    }

private:
    const async::clock::duration kept_for_;
    async::semaphore places_;
    async::semaphore one_look_{1};
    Key of_{};
    answer found_;
    async::clock::time_point found_at_{};
};

}  // namespace mayhem::app
