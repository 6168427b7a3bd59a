#include "sim/world/chronicle.hpp"

#include <ostream>
#include <utility>

#include "sim/judge/event_json.hpp"

namespace mayhem::sim {

void chronicle::tell(const when& at, const std::string& host, payload what) {
    event e{.at = at, .host = host, .what = std::move(what)};
    e.at.seq = ++seq_;
    messages_ += std::holds_alternative<journalled>(e.what) ? 1 : 0;
    acts_ += std::holds_alternative<act>(e.what) ? 1 : 0;
    judge_.observe(e);
    if (out_ != nullptr) {
        *out_ << to_line(e) << '\n';
    }
    last_.push_back(std::move(e));
    if (last_.size() > kept_max) {
        last_.pop_front();
    }
}

}  // namespace mayhem::sim
