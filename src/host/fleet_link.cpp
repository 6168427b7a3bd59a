#include "host/fleet_link.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string>
#include <utility>

#include <unistd.h>

#include "fleet/libpq_environment.hpp"
#include "fleet/pg_ledger.hpp"
#include "fleet/pg_link.hpp"
#include "fleet/system_lookup.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "system/boot_time.hpp"

namespace mayhem::app {

namespace {

/// What this host is called, as the database may have it.
std::string own_name() {
    std::string name(HOST_NAME_MAX + 1, '\0');
    if (::gethostname(name.data(), name.size()) != 0) {
        return "localhost";
    }
    name.resize(name.find('\0'));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

class told_in_log final : public fleet::link_observer {
public:
    explicit told_in_log(telemetry::log log) : log_(log) {}

    void connected(const fleet::endpoint& to, std::chrono::nanoseconds took) noexcept override {
        log_.info("Connected to the fleet's database at {} in {}", describe(to), core::format_duration(took));
        was_away_ = false;
    }
    void connection_lost(std::string_view why) noexcept override {
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
    void called(const fleet::call_record& /*c*/) noexcept override {}

private:
    telemetry::log log_;
    bool was_away_ = false;
};

class postgres final : public fleet_database {
public:
    postgres(async::loop& loop, telemetry::log log, const fleet_config& c, core::uuid life)
        : host_(c.host.empty() ? own_name() : c.host),
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
