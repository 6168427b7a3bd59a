#pragma once

#include <optional>
#include <string>
#include <utility>

#include "mayhem/ports/go_ahead.hpp"

namespace mayhem::test {

/// Gives every driver the same answer.
class fixed_answer final : public ports::go_ahead {
public:
    explicit constexpr fixed_answer(std::optional<core::guard> answer) noexcept : answer_(answer) {}
    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override { return answer_; }
    [[nodiscard]] std::optional<std::string> must_end() const override {
        return answer_ ? std::optional(std::string(core::to_string(*answer_))) : std::nullopt;
    }

private:
    std::optional<core::guard> answer_;
};

/// The first who asks may act; everybody who asks after that hears `then`.
class withdrawn_later final : public ports::go_ahead {
public:
    explicit withdrawn_later(core::guard then) noexcept : then_(then) {}
    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override {
        return std::exchange(is_first_, false) ? std::nullopt : std::optional(then_);
    }
    [[nodiscard]] std::optional<std::string> must_end() const override {
        return is_first_ ? std::nullopt : std::optional(std::string(core::to_string(then_)));
    }

private:
    core::guard then_;
    mutable bool is_first_ = true;
};

/// Nothing has changed since the guards agreed.
inline const fixed_answer may_act{std::nullopt};

/// Somebody has halted everything meanwhile.
inline const fixed_answer may_not_act{core::guard::halted};

}  // namespace mayhem::test
