#pragma once

#include <optional>
#include <string>

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

/// Nothing has changed since the guards agreed.
inline const fixed_answer may_act{std::nullopt};

/// Somebody has halted everything meanwhile.
inline const fixed_answer may_not_act{core::guard::halted};

}  // namespace mayhem::test
