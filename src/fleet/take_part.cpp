#include "fleet/take_part.hpp"

#include <algorithm>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/random.hpp"

namespace mayhem::fleet {

namespace {

using namespace std::chrono_literals;
using end_kind = part_end::kind;

constexpr std::chrono::nanoseconds try_again_after = 500ms;
constexpr std::chrono::nanoseconds look_every = 100ms;
constexpr std::chrono::nanoseconds answers_travel = 300ms;

/// Where there are more, only so many count at each moment who has answered.
constexpr std::size_t counting_hosts = 200;

/// One moment, in the steps that it takes.
class moment_part {
public:
    moment_part(ledger& of, group_part& part, planned_moment moment, part_terms terms, census_taker& taker)
        : of_(of),
          part_(part),
          moment_(std::move(moment)),
          terms_(std::move(terms)),
          taker_(taker),
          random_(core::random_source(0).stream(terms_.host).stream(moment_.message.to_string())),
          began_(async::this_loop().now() - (async::this_loop().clock().wall_now() - moment_.at)) {}

    async::awaitable<part_end> run() {
        const async::frame here;
        const std::chrono::nanoseconds spread = spread_of(part_.present());
        const double own_place = core::random_source(0).stream(terms_.host).uniform();
        co_await async::sleep_until(began_ + share(spread, own_place));
        std::optional<part_end> end = co_await answer();
        if (end) {
            co_return std::move(*end);
        }
        const async::clock::time_point first_turn = began_ + spread + answers_travel;
        co_await async::sleep_until(first_turn + share(spread, random_.uniform()));
        co_await wait_for_answers(first_turn + terms_.census_wait);
        co_return co_await decide();
    }

private:
    static std::chrono::nanoseconds share(std::chrono::nanoseconds of, double part) noexcept {
        return std::chrono::nanoseconds{static_cast<std::int64_t>(static_cast<double>(of.count()) * part)};
    }

    [[nodiscard]] bool has_time() const { return async::this_loop().now() - began_ < terms_.give_up_after; }

    /// Says who stands, for the position at which the draw is: once more if it has moved on since it was last heard of.
    /// The end, where there is nothing more to be done.
    async::awaitable<std::optional<part_end>> answer() {
        const async::frame here;
        for (bool is_said = false; !is_said && has_time();) {
            const std::optional<own_census> seen = co_await taker_.look(part_.draw());
            if (!seen) {
                co_return std::nullopt;
            }
            const draw_position offered_at = part_.draw();
            reply<group_standing> told = co_await of_.answer({.group = part_.group(),
                                                              .seq = part_.next_seq(),
                                                              .moment = moment_.at,
                                                              .plan = part_.plan(),
                                                              .members = seen->members,
                                                              .standing = seen->standing,
                                                              .taken = seen->taken,
                                                              .draw = offered_at,
                                                              .own = seen->own,
                                                              .next = seen->next});
            if (refused* const no = std::get_if<refused>(&told)) {
                co_return part_end{.what = end_kind::refused, .refusal = std::move(*no)};
            }
            if (const group_standing* const stands = std::get_if<group_standing>(&told)) {
                part_.hear(stands->version);
                part_.hear(stands->draw);
                if (stands->is_decided) {
                    co_return co_await what_is_mine();
                }
                is_said = stands->draw == offered_at;
            } else {
                co_await async::sleep_for(try_again_after);
            }
        }
        co_return std::nullopt;
    }

    /// Until all hosts that are there have answered, or it is `until`.
    async::awaitable<void> wait_for_answers(async::clock::time_point until) {
        const async::frame here;
        const double chance = static_cast<double>(counting_hosts) / static_cast<double>(part_.present());
        if (random_.uniform() >= chance) {
            co_return;
        }
        while (async::this_loop().now() < until) {
            const reply<turnout> counted = co_await of_.answered(part_.group(), std::nullopt, moment_.at);
            if (const turnout* const t = std::get_if<turnout>(&counted)) {
                part_.hear_present(t->present);
                if (t->answered >= t->present) {
                    co_return;
                }
            }
            co_await async::sleep_for(look_every);
        }
    }

    async::awaitable<part_end> decide() {
        const async::frame here;
        std::string trouble = "the moment was over before it could be decided";
        while (has_time()) {
            reply<decided> told = co_await of_.decide({.group = part_.group(),
                                                       .moment = moment_.at,
                                                       .message = moment_.message,
                                                       .expires_at = moment_.expires_at,
                                                       .plan = part_.plan(),
                                                       .draw = part_.draw(),
                                                       .known_version = part_.version(),
                                                       .missed_before = moment_.missed_before});
            if (refused* const no = std::get_if<refused>(&told)) {
                co_return part_end{.what = end_kind::refused, .refusal = std::move(*no)};
            }
            if (const unknown* const lost = std::get_if<unknown>(&told)) {
                trouble = lost->why;  // the same once more: if it has happened, it is decided already
            } else if (const not_sent* const kept = std::get_if<not_sent>(&told)) {
                trouble = kept->why;
            } else if (decided& d = std::get<decided>(told); d.what != decision::ask_again) {
                part_.hear(d.version);
                co_return co_await end_with(std::move(d));
            } else {
                part_.hear(d.version);
                trouble = "the draw moved on while the hosts answered";
                std::optional<part_end> end = co_await answer();
                if (end) {
                    co_return std::move(*end);
                }
            }
            co_await async::sleep_for(try_again_after);
        }
        co_return part_end{.what = end_kind::undecided, .reason = std::move(trouble)};
    }

    async::awaitable<part_end> end_with(decided d) {
        const async::frame here;
        switch (d.what) {
            case decision::skipped: co_return part_end{.what = end_kind::skipped, .reason = std::move(d.reason)};
            case decision::other_config: co_return part_end{.what = end_kind::out_of_step, .reason = "other_config"};
            case decision::clock_off: co_return part_end{.what = end_kind::out_of_step, .reason = "clock_off"};
            case decision::granted:
            case decision::decided_already:
            case decision::ask_again: break;
        }
        co_return co_await what_is_mine();
    }

    async::awaitable<part_end> what_is_mine() {
        const async::frame here;
        while (has_time()) {
            reply<std::optional<granted_act>> told = co_await of_.grant_of(moment_.message);
            if (refused* const no = std::get_if<refused>(&told)) {
                co_return part_end{.what = end_kind::refused, .refusal = std::move(*no)};
            }
            if (auto* const act = std::get_if<std::optional<granted_act>>(&told)) {
                const bool is_mine = act->has_value() && (*act)->is_open;
                co_return part_end{.what = is_mine ? end_kind::mine : end_kind::others,
                                   .act = is_mine ? std::move(*act) : std::nullopt};
            }
            co_await async::sleep_for(try_again_after);
        }
        co_return part_end{.what = end_kind::undecided,
                           .reason = "it is decided, and the database does not say for whom"};
    }

    ledger& of_;
    group_part& part_;
    const planned_moment moment_;
    const part_terms terms_;
    census_taker& taker_;
    core::random_source random_;
    const async::clock::time_point began_;  ///< the moment, on the loop's clock
};

async::awaitable<part_end> play(moment_part part) {
    const async::frame here;
    co_return co_await part.run();
}

}  // namespace

std::chrono::nanoseconds spread_of(std::size_t hosts) noexcept {
    return std::clamp<std::chrono::nanoseconds>(hosts * 20ms, 200ms, 2s);
}

async::awaitable<part_end> take_part(ledger& of, group_part& part, planned_moment moment, part_terms terms,
                                     census_taker& taker) {
    return play(moment_part(of, part, std::move(moment), std::move(terms), taker));
}

}  // namespace mayhem::fleet
