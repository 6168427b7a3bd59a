#include "host/fleet_link.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "config/fleet_host.hpp"
#include "fleet/libpq_environment.hpp"
#include "fleet/pg_ledger.hpp"
#include "fleet/pg_link.hpp"
#include "fleet/system_lookup.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "system/boot_time.hpp"

namespace mayhem::app {

namespace {

class told_in_log final : public fleet::link_observer {
public:
    explicit told_in_log(telemetry::log log) : log_(log) {}

    void connected(const fleet::endpoint& to, std::chrono::nanoseconds took) noexcept override {
        log_.info("Connected to the fleet's database at {} in {}", describe(to), core::format_duration(took));
        was_away_ = false;
        is_connected_ = true;
    }
    void connection_lost(std::string_view why) noexcept override {
        is_connected_ = false;
        log_.warning("Lost the fleet's database: {}; nothing is begun in shared groups until it is back", why);
    }
    void not_connected(std::string_view why, std::chrono::nanoseconds wait) noexcept override {
        if (!std::exchange(was_away_, true)) {
            log_.warning(
                "Cannot reach the fleet's database: {}; nothing is begun in shared groups until it is there, "
                "next try in {}",
                why, core::format_duration(wait));
        }
    }
    void called(const fleet::call_record& c) noexcept override {
        const auto is = [&c]<typename Outcome>() {
            return c.outcome != nullptr && std::holds_alternative<Outcome>(*c.outcome);
        };
        ++(is.operator()<fleet::rows>()       ? calls_.answered
           : is.operator()<fleet::refused>()  ? calls_.refused
           : is.operator()<fleet::not_sent>() ? calls_.not_sent
                                              : calls_.unknown);
    }

    [[nodiscard]] bool is_connected() const noexcept { return is_connected_; }
    [[nodiscard]] const telemetry::fleet_call_numbers& calls() const noexcept { return calls_; }

private:
    telemetry::log log_;
    bool is_connected_ = false;
    telemetry::fleet_call_numbers calls_;
    bool was_away_ = false;
};

class postgres final : public fleet_database {
public:
    postgres(async::loop& loop, telemetry::log log, const fleet_config& c, core::uuid life)
        : host_(fleet_host_of(c)),
          names_(loop),
          observer_(log),
          link_(c.database, {.loop = loop,
                             .names = names_,
                             .observer = observer_,
                             .random = core::random_source(core::random_source::system_seed()),
                             .boot_time = &system::boot_time}),
          ledger_(link_, host_, life) {}

    [[nodiscard]] fleet::ledger& ledger() noexcept override { return ledger_; }
    [[nodiscard]] const std::string& host() const noexcept override { return host_; }
    [[nodiscard]] std::chrono::nanoseconds boot_time() const noexcept override { return system::boot_time(); }
    [[nodiscard]] bool is_connected() const noexcept override { return observer_.is_connected(); }
    [[nodiscard]] telemetry::fleet_call_numbers calls() const noexcept override { return observer_.calls(); }
    async::awaitable<void> run() override { return link_.run(); }

private:
    const std::string host_;
    fleet::system_lookup names_;
    told_in_log observer_;
    fleet::pg_link link_;
    fleet::pg_ledger ledger_;
};

}  // namespace

void prepare_for_fleet() { fleet::forget_environment(); }

std::unique_ptr<fleet_database> open_fleet(async::loop& loop, telemetry::log log, const fleet_config& c,
                                           core::uuid life) {
    return std::make_unique<postgres>(loop, log, c, life);
}

}  // namespace mayhem::app
