#include "cli/request_command.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/add_options.hpp"
#include "cli/config_source.hpp"
#include "cli/fleet_commands.hpp"
#include "cli/standard_output.hpp"
#include "daemon/exit_status.hpp"
#include "host/request_queues.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/task_handle.hpp"
#include "mayhem/async/with_group.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "requests/request.hpp"

namespace mayhem::cli {

namespace {

/// What cannot be meant: for exit status 78.
class wrong_request : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

const app::request_queue_config& queue_of(const app::config& c, const std::optional<std::string>& name) {
    constexpr std::size_t named_max = 8;
    if (c.request_queues.empty()) {
        throw wrong_request("the config file has no [queue.NAME]: docs/requests.md says what stands in it");
    }
    if (!name && c.request_queues.size() == 1) {
        return c.request_queues.front();
    }
    const auto found = std::ranges::find(c.request_queues, name.value_or(""), &app::request_queue_config::name);
    if (found == c.request_queues.end()) {
        std::vector<std::string> names;
        std::ranges::transform(c.request_queues, std::back_inserter(names), &app::request_queue_config::name);
        throw wrong_request((name ? "there is no queue \"" + *name + "\"" : std::string("--queue says which queue")) +
                            ": the config file has " + core::first_few(names, named_max));
    }
    return *found;
}

std::string new_id() {
    core::random_source random(core::random_source::system_seed());
    return core::uuid::random(random).to_string();
}

requests::request make_request(const request_options& o, const app::request_queue_config& q, const std::string& host) {
    if (!o.group && q.policy.groups.size() > 1) {
        constexpr std::size_t named_max = 8;
        throw wrong_request("--group says in which group: the queue takes requests for " +
                            core::first_few(q.policy.groups, named_max));
    }
    requests::request r{.id = o.id.value_or(new_id()),
                        .host = o.host.value_or(host),
                        .group = o.group.value_or(q.policy.groups.front()),
                        .by = o.by.value_or(who_asks()),
                        .target = o.target,
                        .match = o.match,
                        .action = o.action,
                        .until = {}};
    if (o.until) {
        r.until = core::parse_moment(*o.until);
        if (!r.until) {
            throw wrong_request("--until: must be a moment such as 2026-11-23T22:15:00Z, and is " + *o.until);
        }
    }
    if (const core::result<requests::request> read = requests::parse_request(requests::to_json(r)); !read) {
        throw wrong_request(read.error());
    }
    return r;
}

/// What is done with the queue, and the text that tells of it.
using queue_work = std::function<async::awaitable<std::string>(ports::request_queue&)>;

/// Throws what the work throws.
std::string talk_to_queue(const app::request_queue_config& c,
                          const std::function<queue_work(const std::string& host)>& make) {
    async::real_clock clock;
    async::loop loop(clock);
    const app::opened_requests opened = app::open_requests(loop, c);
    const queue_work work = make(opened.host);
    const auto talk = [&](async::task_group& way) -> async::awaitable<std::string> {
        const async::frame here;
        way.spawn("request_queue", opened.from->run());
        std::string told = co_await work(*opened.from);
        way.cancel();
        co_return told;
    };
    return async::run(loop, "request", async::with_group("requests", talk));
}

async::awaitable<std::string> prepare(ports::request_queue& q) {
    const async::frame here;
    const std::string made = co_await q.prepare();
    co_return made.empty() ? std::string("Nothing to do: all of it is there\n") : "Made " + made + '\n';
}

async::awaitable<std::string> publish(ports::request_queue& q, requests::request r, bool json) {
    const async::frame here;
    const std::string body = requests::to_json(r);
    co_await q.publish(r.host, r.id, body);
    const std::string message = requests::message_id(r.id).to_string();
    if (json) {
        nlohmann::json told{{"request", r.id}, {"host", r.host}, {"group", r.group}, {"message", message}};
        co_return core::json_text(told);
    }
    co_return fmt::format(
        "Asked host {} for {} in group {} (request {})\nThere, \"mayhem history\" tells what became of it: message "
        "{}\n",
        r.host, r.target.value_or(r.match.value_or("one target")), r.group, r.id, message);
}

}  // namespace

void add_request(CLI::App& app, request_options& o) {
    CLI::App& to = *app.add_subcommand("request", "Ask the daemon of a host for an act, through a queue");
    add_config(to, o.config, "a config file, whose [queue.NAME] is read");
    to.add_option("target", o.target, "the target's id or name; none: one of the group is drawn");
    to.add_option("--match", o.match, "one of the targets whose name matches these wildcards")->type_name("PATTERN");
    to.add_option("--queue", o.queue, "which queue, where the file has several")->type_name("NAME");
    to.add_option("--group", o.group, "which group, where the queue takes requests for several")->type_name("NAME");
    to.add_option("--host", o.host, "whose daemon is to do it [this one's]")->type_name("NAME");
    to.add_option("--action", o.action, "which of the group's actions [its first]")->type_name("NAME");
    to.add_option("--until", o.until, "not any more from that moment on, such as 2026-11-23T22:15:00Z")
        ->type_name("MOMENT");
    to.add_option("--by", o.by, "who asks [user@host]")->type_name("NAME");
    to.add_option("--id", o.id, "whatever is asked for with the same id is done once [a new one]")->type_name("ID");
    to.add_flag("--prepare", o.prepare, "ask for nothing, but make at the broker what the queue needs");
    to.add_flag("--json", o.json, "JSON instead of text");
    to.footer(
        "Example:\n  mayhem request web@1 --queue deploys --id deploy-4711\n\n"
        "The request passes every guard of the daemon that it is for: a dry run stays one, and a halt holds.\n"
        "Exit status: 0 the broker keeps it, 69 it does not, 78 the config file or the request cannot be used.");
}

int request(const request_options& o) {
    const std::optional<std::filesystem::path> file = find_file(o);
    const std::optional<app::config> c = file ? load_config(file) : std::nullopt;
    if (!c) {
        return static_cast<int>(app::exit_status::config);
    }
    try {
        const app::request_queue_config& q = queue_of(*c, o.queue);
        const std::string told = talk_to_queue(q, [&](const std::string& host) -> queue_work {
            if (o.prepare) {
                return [](ports::request_queue& at) { return prepare(at); };
            }
            return [r = make_request(o, q, host), json = o.json](ports::request_queue& at) {
                return publish(at, r, json);
            };
        });
        o.json && !o.prepare ? print_json(told) : print(told);
        return 0;
    } catch (const wrong_request& e) {
        print_error(std::string("mayhem: ") + e.what());
        return static_cast<int>(app::exit_status::config);
    } catch (const std::runtime_error& e) {
        print_error(std::string("mayhem: ") + e.what());
        return static_cast<int>(app::exit_status::unavailable);
    }
}

}  // namespace mayhem::cli
