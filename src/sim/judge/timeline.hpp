#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "sim/judge/when.hpp"

namespace mayhem::sim {

/// What a value was over time, where each change has an uncertain moment: which values may have been in force at some
/// uncertain moment. A value; a question costs as many steps as changes overlap it. Changes come in the order in which
/// they may have happened at the earliest.
template <typename Value>
class timeline {
public:
    void set(const when& at, Value value) {
        if (changes_.size() == changes_max) {
            changes_.erase(changes_.begin(), changes_.begin() + changes_max / 2);
        }
        changes_.push_back({at, std::move(value)});
    }

    /// The newest; nothing before the first.
    [[nodiscard]] const Value* newest() const noexcept { return changes_.empty() ? nullptr : &changes_.back().value; }

    /// Whether a value was there at that moment, by all that can be told.
    [[nodiscard]] bool is_known(const when& at) const noexcept {
        return !changes_.empty() && is_certainly_before(changes_.front().at, at);
    }

    /// Whether one of the values that may have been in force then is so. True as well if what was in force is unknown.
    template <typename Predicate>
    [[nodiscard]] bool may_be(const when& at, Predicate is_so) const {
        const change* superseding = nullptr;
        for (std::size_t i = changes_.size(); i-- > 0;) {
            const change& c = changes_[i];
            if (is_certainly_before(at, c.at)) {
                continue;
            }
            if (superseding != nullptr && is_certainly_before(c.at, superseding->at)) {
                return false;
            }
            if (is_so(c.value)) {
                return true;
            }
            if (superseding == nullptr && is_certainly_before(c.at, at)) {
                superseding = &c;
            }
        }
        return superseding == nullptr;
    }

    template <typename Predicate>
    [[nodiscard]] bool must_be(const when& at, Predicate is_so) const {
        return !may_be(at, [&is_so](const Value& v) { return !is_so(v); });
    }

private:
    /// More than ever overlap one moment; before the oldest that is kept, everything is unknown.
    static constexpr std::size_t changes_max = 64;

    struct change {
        when at;
        Value value;
    };

    std::vector<change> changes_;
};

}  // namespace mayhem::sim
