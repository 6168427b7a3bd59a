#include "http/send.hpp"

#include <optional>
#include <utility>

#include "http/transfer.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::http {

async::awaitable<response> send(request r) {
    const async::frame here;
    transfer t(async::this_loop(), r);
    std::optional<response> answer = co_await async::with_timeout(t.run(), r.timeout);
    if (!answer) {
        const double seconds = std::chrono::duration<double>(r.timeout).count();
        std::string limit = std::to_string(seconds);
        limit.erase(limit.find_last_not_of('0') + 1);
        limit.erase(limit.find_last_not_of('.') + 1);
        throw request_failed(r, failure::timed_out, "no complete answer within " + limit + " s");
    }
    co_return std::move(*answer);
}

}  // namespace mayhem::http
