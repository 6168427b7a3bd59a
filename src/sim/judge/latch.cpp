#include "sim/judge/latch.hpp"

#include <algorithm>

namespace mayhem::sim {

void latch::begin(std::uint64_t call, bool sets, const when& at, bool asks_a_life) {
    add({.call = call, .sets = sets, .asks_a_life = asks_a_life, .called = at});
}

void latch::end(std::uint64_t call, const when& at, ending how) {
    for (operation& o : operations_) {
        if (o.call == call && o.how == ending::none) {
            o.ended = at;
            o.how = how;
        }
    }
}

void latch::cancel_all(const when& at) {
    for (operation& o : operations_) {
        if (o.how == ending::none) {
            o.ended = at;
            o.how = ending::cancelled;
        }
    }
}

void latch::end_life(const when& at) {
    for (operation& o : operations_) {
        if (o.how == ending::none && o.sets && o.asks_a_life) {
            o.ended = at;
            o.how = ending::failed;
        }
        if (o.how == ending::late) {
            o.how = o.sets ? ending::failed : ending::none;
        }
    }
}

void latch::change(bool sets, const when& at) { add({.sets = sets, .called = at, .ended = at, .how = ending::done}); }

void latch::add(const operation& o) {
    if (operations_.size() >= operations_kept) {
        forget_settled();
    }
    operations_.push_back(o);
}

// What took effect, and was called after all before it had ended, leaves nothing of them.
void latch::forget_settled() {
    for (std::size_t i = operations_.size() / 2; i > 0; --i) {
        const auto is_over = [&](const operation& o) {
            return o.how != ending::none && is_certainly_before(o.ended, operations_[i].called);
        };
        const auto end = operations_.begin() + static_cast<std::ptrdiff_t>(i);
        if (operations_[i].how == ending::done && std::all_of(operations_.begin(), end, is_over)) {
            operations_.erase(operations_.begin(), end);
            return;
        }
    }
}

bool latch::may_undo(const operation& reset, const operation& setting, const when& at, core::duration since) noexcept {
    if (reset.sets || is_certainly_before(reset.called, setting.called) || !is_possibly_before(reset.called, at)) {
        return false;
    }
    const bool had_no_effect =
        reset.how == ending::failed || reset.how == ending::late || reset.how == ending::cancelled;
    return !had_no_effect || !is_certainly_before(reset.ended, at, since);
}

bool latch::is_undone(const operation& setting, const when& at) const noexcept {
    return std::ranges::any_of(operations_, [&](const operation& o) {
        return !o.sets && o.how == ending::done && is_certainly_before(o.ended, at) &&
               is_certainly_before(setting.ended, o.called);
    });
}

std::optional<std::uint64_t> latch::certainly_set(const when& at, core::duration since) const {
    for (const operation& setting : operations_) {
        const bool is_answered =
            setting.sets && setting.how == ending::done && is_certainly_before(setting.ended, at, since);
        const auto undoes = [&](const operation& o) { return may_undo(o, setting, at, since); };
        if (is_answered && std::ranges::none_of(operations_, undoes)) {
            return setting.ended.seq;
        }
    }
    return std::nullopt;
}

bool latch::may_be_set(const when& at) const {
    return std::ranges::any_of(operations_, [&](const operation& o) {
        const bool is_void = o.how == ending::cancelled && is_certainly_before(o.ended, at);
        return o.sets && !is_void && is_possibly_before(o.called, at) && (o.how == ending::none || !is_undone(o, at));
    });
}

}  // namespace mayhem::sim
