#pragma once

#include <functional>
#include <string>

#include "http/request.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/ports/probe.hpp"

namespace mayhem::probes {

/// What an answer means.
using judge_answer = std::function<ports::probe_result(const http::response&)>;

/// Sends the request of a probe, and judges the answer. Without one it does not pass, and says why; `what` is the
/// probe's `describe()`. Throws nothing but a cancellation of the caller.
[[nodiscard]] async::awaitable<ports::probe_result> ask_server(http::request r, std::string what, judge_answer judge);

}  // namespace mayhem::probes
