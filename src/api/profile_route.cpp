#include "api/profile_route.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "telemetry/cpu_profile.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;
using telemetry::cpu_profile;

constexpr std::chrono::seconds profile_default{10};

/// Throws `std::invalid_argument`.
std::chrono::seconds read_seconds(const std::string& body) {
    if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
        return profile_default;
    }
    const json given = core::parse_json<json>(body);
    if (given.is_object() && !given.contains("seconds")) {
        return profile_default;
    }
    const bool is_number = given.is_object() && given["seconds"].is_number_integer();
    const std::int64_t seconds = is_number ? given["seconds"].get<std::int64_t>() : 0;
    if (seconds < 1 || seconds > profile_max.count()) {
        throw std::invalid_argument(R"(the body must be JSON such as {"seconds": 10}, of 1 to )" +
                                    std::to_string(profile_max.count()) + " seconds, or empty");
    }
    return std::chrono::seconds{seconds};
}

}  // namespace

async::awaitable<control::response> take_profile(control::request r, async::blocking& pool) {
    const async::frame here;
    std::chrono::seconds length{};
    try {
        length = read_seconds(r.body);
    } catch (const std::invalid_argument& e) {
        co_return control::error_response(400, e.what());
    }
    if (!cpu_profile::is_available()) {
        co_return control::error_response(501, cpu_profile::absence);
    }
    const std::shared_ptr<cpu_profile> profile =
        co_await async::run_blocking(pool, [] { return std::shared_ptr<cpu_profile>(cpu_profile::start()); });
    if (profile == nullptr) {
        co_return control::error_response(409, "another profile is being taken: try again when it is over");
    }
    co_await async::sleep_for(length);
    control::response made;
    made.content_type = "application/octet-stream";
    made.body = co_await async::run_blocking(pool, [profile] { return profile->take(); });
    co_return made;
}

}  // namespace mayhem::app
