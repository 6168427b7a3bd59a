#include "probes/ask_server.hpp"

#include <utility>

#include "http/request_failed.hpp"
#include "http/send.hpp"
#include "mayhem/async/frame.hpp"
#include "probes/not_asked.hpp"

namespace mayhem::probes {

async::awaitable<ports::probe_result> ask_server(http::request r, std::string what, judge_answer judge) {
    const async::frame here;
    ports::probe_result result;
    try {
        const http::response answer = co_await http::send(std::move(r));
        result = judge(answer);
    } catch (const http::request_failed& e) {
        result.detail = e.what();
    } catch (...) {
        result = not_asked(std::move(what));
    }
    co_return result;
}

}  // namespace mayhem::probes
