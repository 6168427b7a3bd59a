#pragma once

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include "fleet/ledger.hpp"
#include "mayhem/async/awaitable.hpp"

namespace mayhem::test {

/// A database of a fleet, however it is made: hosts h1 and h2 whose daemons have said nothing, and the group "web" with
/// the plan "p" once it is adopted.
class ledger_bed {
public:
    virtual ~ledger_bed() = default;

    /// As that host's daemon sees it in that life; made at the first call.
    virtual fleet::ledger& of(int host, int life) = 0;

    /// `terms`: JSON. The last moment of the group lies far back.
    virtual void adopt(const std::string& terms) = 0;

    /// Ends the halts of the fleet and of the group.
    virtual void resume() = 0;
    virtual core::wall_time now() = 0;  ///< by its database

    /// Runs it to its end; what it throws fails the test.
    virtual void play(const std::function<async::awaitable<void>()>& body) = 0;
};

/// What every ledger answers, whatever stands behind it.
class LedgerContract : public ::testing::TestWithParam<std::unique_ptr<ledger_bed> (*)()> {
protected:
    std::unique_ptr<ledger_bed> bed = GetParam()();

    static core::uuid id(int number);
    static std::string text(const fleet::refused& r) { return r.sqlstate + " " + r.text; }
    static std::string text(const fleet::unknown& u) { return "unknown: " + u.why; }
    static std::string text(const fleet::not_sent& n) { return "not sent: " + n.why; }

    /// What was answered; anything else fails the test.
    template <typename T>
    static T must(fleet::reply<T> r) {
        if (T* const answer = std::get_if<0>(&r)) {
            return std::move(*answer);
        }
        const std::string why = std::visit(
            [](const auto& other) -> std::string {
                if constexpr (std::is_same_v<std::decay_t<decltype(other)>, T>) {
                    return {};
                } else {
                    return text(other);
                }
            },
            r);
        throw std::runtime_error(why);
    }

    /// The SQLSTATE of a refusal; empty: it was none.
    template <typename T>
    static std::string refusal(const fleet::reply<T>& r) {
        const fleet::refused* const no = std::get_if<fleet::refused>(&r);
        return no == nullptr ? std::string() : no->sqlstate;
    }

    async::awaitable<void> greet();

    /// Both hosts answer, and message 1 is granted to h1's "a"; the moment.
    async::awaitable<core::wall_time> grant();
};

}  // namespace mayhem::test
