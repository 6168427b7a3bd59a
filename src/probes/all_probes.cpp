#include "probes/all_probes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/text/add_to.hpp"

namespace mayhem::probes {

all_probes::all_probes(std::vector<std::unique_ptr<ports::probe>> probes) : probes_(std::move(probes)) {}

std::string all_probes::describe() const {
    std::string text;
    for (const std::unique_ptr<ports::probe>& p : probes_) {
        core::add_to(text, p->describe());
    }
    return text;
}

async::awaitable<ports::probe_result> all_probes::ask(const core::target& t) {
    const async::frame here;
    std::vector<async::awaitable<ports::probe_result>> questions;
    questions.reserve(probes_.size());
    std::ranges::transform(probes_, std::back_inserter(questions),
                           [&t](const std::unique_ptr<ports::probe>& p) { return p->ask(t); });
    const auto answers = co_await async::gather_settled(std::move(questions));
    async::throw_if_cancelled();
    ports::probe_result result;
    result.passes = true;
    std::string passed;
    for (const async::settled<ports::probe_result>& answer : answers) {
        answer.rethrow_if_failed();
        result.passes = result.passes && answer->passes;
        core::add_to(answer->passes ? passed : result.detail, answer->detail);
    }
    if (result.passes) {
        result.detail = std::move(passed);
    }
    co_return result;
}

}  // namespace mayhem::probes
