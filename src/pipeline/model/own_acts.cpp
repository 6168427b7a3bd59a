#include "pipeline/model/own_acts.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::pipeline {

own_acts::hold::hold(hold&& other) noexcept : all_(std::exchange(other.all_, nullptr)), mine_(other.mine_) {}

own_acts::hold& own_acts::hold::operator=(hold&& other) noexcept {
    std::swap(all_, other.all_);
    std::swap(mine_, other.mine_);
    return *this;
}

own_acts::hold::~hold() {
    if (all_ == nullptr) {
        return;
    }
    all_->end(mine_->first);
    for (const std::uint64_t life : mine_->others) {
        all_->end(life);
    }
    all_->open_.erase(mine_);
}

void own_acts::end(std::uint64_t life) {
    ended_.push_back(life);
    if (ended_.size() > ended_max) {
        ended_.pop_front();
        ++forgotten_;
    }
}

own_acts::hold own_acts::begin(lives touched) { return {*this, open_.insert(open_.end(), std::move(touched))}; }

bool own_acts::had_to_do_with(std::uint64_t life, moment since) const noexcept {
    if (since < forgotten_) {
        return true;
    }
    const auto has = [life](const lives& l) {
        return l.first == life || std::ranges::find(l.others, life) != l.others.end();
    };
    const auto first = ended_.begin() + static_cast<std::ptrdiff_t>(since - forgotten_);
    return std::ranges::any_of(open_, has) || std::find(first, ended_.end(), life) != ended_.end();
}

}  // namespace mayhem::pipeline
