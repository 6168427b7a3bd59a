#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include "cli/control_commands.hpp"
#include "cli/control_text.hpp"
#include "cli/standard_output.hpp"
#include "cli/status_text.hpp"
#include "daemon/exit_status.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;
using std::chrono::steady_clock;

constexpr std::chrono::seconds ask_again_after{5};  // the daemon waits at most 8 s
constexpr long accepted = 202;
constexpr long found = 200;

/// systemd's start limit lets nobody be hit right after its start: that is waited out.
constexpr std::chrono::seconds start_limit_wait{15};
constexpr std::chrono::seconds try_again_after{3};

bool is_refused(const json& j, const char* guard) {
    return j.is_object() && j.contains("state") && j["state"] == "refused" && j.contains("refused_by") &&
           j["refused_by"] == guard;
}

std::string who_halts(const control_client& client) {
    const control_client::reply r = client.get("/v1/status");
    const json j = core::parse_json<json>(r.body);
    return r.status == found && j.is_object() ? halt_text(j.at("halt")) : std::string();
}

int status_of(const json& j) {
    if (!j.at("is_over").get<bool>()) {
        return static_cast<int>(app::exit_status::not_yet);
    }
    return static_cast<int>(j.at("state") == "recovered" ? app::exit_status::success : app::exit_status::findings);
}

control_client::reply request_act(const control_options& o, const control_client& client, const char* path,
                                  const std::string& wish) {
    const steady_clock::time_point until = steady_clock::now() + o.timeout;
    control_client::reply r = client.post(path, wish);
    if (r.status != accepted) {
        return r;
    }
    json j = core::parse_json<json>(r.body);
    while (o.wait && !j.at("is_over").get<bool>() && steady_clock::now() < until) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
        const auto wait = std::min<std::chrono::milliseconds>(left, ask_again_after);
        r = client.get("/v1/restart?message=" + j.at("message").get<std::string>() +
                       "&wait=" + std::to_string(wait.count()) + "ms");
        if (r.status != found) {
            return r;
        }
        j = core::parse_json<json>(r.body);
    }
    return r;
}

int tell_act(const control_options& o, const control_client& client, const control_client::reply& r,
             std::string (*told)(const json&)) {
    if (r.status != accepted && r.status != found) {
        return say_no(r);
    }
    const json j = core::parse_json<json>(r.body);
    o.json ? print_json(r.body) : print(told(j));
    if (!o.json && is_refused(j, "halted")) {
        print(who_halts(client));
    }
    return o.wait ? status_of(j) : 0;
}

}  // namespace

control_client::reply request_restart(const control_options& o, const control_client& client) {
    return request_act(o, client, "/v1/restart", core::json_line(json{{"target", o.target}, {"group", o.group}}));
}

control_client::reply restart_when_possible(const control_options& o, const control_client& client,
                                            const std::function<void(const std::string&)>& say) {
    const steady_clock::time_point until =
        steady_clock::now() + std::min<std::chrono::nanoseconds>(o.timeout, start_limit_wait);
    for (bool is_told = false;; is_told = true) {
        control_client::reply r = request_restart(o, client);
        const json j = core::parse_json<json>(r.body);
        if (!o.wait || !is_refused(j, "would_stay_dead") || steady_clock::now() >= until) {
            return r;
        }
        if (!is_told) {
            say(restart_text(j) + "Waiting for that, " + std::to_string(start_limit_wait.count()) +
                " s at the most.\n");
        }
        std::this_thread::sleep_for(try_again_after);
    }
}

int ask_for_restart(const control_options& o, const control_client& client) {
    const control_client::reply r = restart_when_possible(o, client, [&o](const std::string& text) {
        if (!o.json) {
            print(text);
            (void)show_printed();
        }
    });
    return tell_act(o, client, r, &restart_text);
}

int ask_for_fault(const control_options& o, const control_client& client) {
    const json wish{{"target", o.target}, {"group", o.group}, {"action", o.action}, {"parameters", o.parameters}};
    return tell_act(o, client, request_act(o, client, "/v1/fault", core::json_line(wish)), &fault_text);
}

}  // namespace mayhem::cli
