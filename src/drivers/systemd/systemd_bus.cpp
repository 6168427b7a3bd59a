#include "drivers/systemd/systemd_bus.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <poll.h>

#include "drivers/systemd/free_deleter.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::drivers {

namespace {

constexpr const char* manager_name = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";
constexpr std::size_t job_results_max = 10'000;

struct pending_reply {
    std::size_t* unanswered = nullptr;
    bus_message message;
};

systemd_bus_error failure_of(const sd_bus_error& e) { return {e.name, e.message != nullptr ? e.message : e.name}; }

int check(int result, const std::string& what) {
    if (result < 0) {
        throw systemd_bus_error("", what + ": " + std::strerror(-result));
    }
    return result;
}

}  // namespace

bool systemd_bus_error::is_unknown_unit() const noexcept {
    return name_ == "org.freedesktop.systemd1.NoSuchUnit" ||
           name_ == "org.freedesktop.systemd1.NoUnitForInvocationID" ||
           name_ == "org.freedesktop.systemd1.NoSuchProcess" || name_ == "org.freedesktop.DBus.Error.UnknownObject";
}

bool systemd_bus_error::is_unanswered() const noexcept {
    return name_.empty() || name_ == "org.freedesktop.DBus.Error.NoReply";
}

bool systemd_bus_error::is_in_the_way() const noexcept {
    return name_ == "org.freedesktop.systemd1.TransactionIsDestructive" ||
           name_ == "org.freedesktop.systemd1.TransactionJobsConflicting";
}

bool systemd_bus_error::is_forbidden() const noexcept {
    return name_ == "org.freedesktop.DBus.Error.AccessDenied" ||
           name_ == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired";
}

systemd_bus::systemd_bus(const std::string& address, std::chrono::nanoseconds call_limit)
    : address_(address), call_limit_(call_limit) {
    const std::string what = "cannot reach systemd's bus at " + address + " (is it running, and may this user use it?)";
    sd_bus* made = nullptr;
    check(sd_bus_new(&made), what);
    bus_.reset(made);
    check(sd_bus_set_address(made, address.c_str()), what);
    check(sd_bus_set_bus_client(made, 1), what);
    check(sd_bus_start(made), what);
}

bus_message systemd_bus::make_manager_call(const char* member) const {
    return make_call(manager_path, manager_interface, member);
}

bus_message systemd_bus::make_unit_call(const std::string& unit, const char* interface, const char* member) const {
    char* path = nullptr;
    check(sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit.c_str(), &path), "cannot name unit " + unit);
    const std::unique_ptr<char, free_deleter> owner(path);
    return make_call(path, interface, member);
}

bus_message systemd_bus::make_call(const char* path, const char* interface, const char* member) const {
    sd_bus_message* made = nullptr;
    check(sd_bus_message_new_method_call(bus_.get(), &made, manager_name, path, interface, member),
          std::string("cannot ask systemd to ") + member);
    return bus_message(made);
}

int systemd_bus::on_reply(sd_bus_message* m, void* data, sd_bus_error* /*error*/) {
    auto& reply = *static_cast<pending_reply*>(data);
    reply.message.reset(sd_bus_message_ref(m));
    --*reply.unanswered;
    return 1;
}

int systemd_bus::on_job_removed(sd_bus_message* m, void* data, sd_bus_error* /*error*/) {
    auto& results = static_cast<systemd_bus*>(data)->job_results_;
    std::uint32_t id = 0;
    const char* job = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (sd_bus_message_read(m, "uoss", &id, &job, &unit, &result) > 0 && results.size() < job_results_max) {
        results[job] = result;
    }
    return 0;
}

bus_message systemd_bus::make_properties_call(const std::string& unit, const char* interface) const {
    bus_message request = make_unit_call(unit, "org.freedesktop.DBus.Properties", "GetAll");
    (void)sd_bus_message_append(request.get(), "s", interface);
    return request;
}

bus_message systemd_bus::make_job_type_call(const std::string& job) const {
    bus_message request = make_call(job.c_str(), "org.freedesktop.DBus.Properties", "Get");
    (void)sd_bus_message_append(request.get(), "ss", "org.freedesktop.systemd1.Job", "JobType");
    return request;
}

async::awaitable<bus_message> systemd_bus::call(bus_message request) {
    const async::frame here;
    std::vector<bus_message> one;
    one.push_back(std::move(request));
    std::vector<bus_message> replies = co_await answers(std::move(one));
    if (const sd_bus_error* error = sd_bus_message_get_error(replies.front().get())) {
        throw failure_of(*error);
    }
    co_return std::move(replies.front());
}

async::awaitable<std::vector<bus_message>> systemd_bus::call_all(std::vector<bus_message> requests) {
    const async::frame here;
    std::vector<bus_message> replies = co_await answers(std::move(requests));
    for (bus_message& reply : replies) {
        if (const sd_bus_error* error = sd_bus_message_get_error(reply.get())) {
            const systemd_bus_error failure = failure_of(*error);
            if (!failure.is_unknown_unit()) {
                throw failure;
            }
            reply.reset();
        }
    }
    co_return replies;
}

async::awaitable<std::vector<bus_message>> systemd_bus::answers(std::vector<bus_message> requests) {
    const async::frame here;
    std::size_t unanswered = requests.size();
    std::vector<pending_reply> pending(requests.size());
    std::vector<std::unique_ptr<sd_bus_slot, slot_deleter>> slots;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        sd_bus_slot* started = nullptr;
        pending[i].unanswered = &unanswered;
        check(
            sd_bus_call_async(bus_.get(), &started, requests[i].get(), &systemd_bus::on_reply, &pending[i], UINT64_MAX),
            std::string("cannot call ") + sd_bus_message_get_member(requests[i].get()) + " over " + address_);
        slots.emplace_back(started);
    }
    const auto in_time = co_await async::with_timeout(turn_until(unanswered), call_limit_);
    if (!in_time) {
        throw systemd_bus_error("", std::string("systemd did not answer ") +
                                        sd_bus_message_get_member(requests.front().get()) + " over " + address_ +
                                        " within " + core::format_duration(call_limit_));
    }
    std::vector<bus_message> replies;
    std::ranges::transform(pending, std::back_inserter(replies), [](pending_reply& p) { return std::move(p.message); });
    co_return replies;
}

async::awaitable<void> systemd_bus::follow_jobs() {
    const async::frame here;
    sd_bus_slot* made = nullptr;
    check(sd_bus_match_signal_async(bus_.get(), &made, manager_name, manager_path, manager_interface, "JobRemoved",
                                    &systemd_bus::on_job_removed, nullptr, this),
          "cannot follow systemd's jobs");
    jobs_.reset(made);
    (void)co_await call(make_manager_call("Subscribe"));
}

async::awaitable<std::string> systemd_bus::job_result(std::string job, std::chrono::nanoseconds limit) {
    const async::frame here;
    const auto in_time = co_await async::with_timeout(turn_until_job(job), limit);
    if (!in_time) {
        throw systemd_bus_error("", "systemd's job has not ended within " + core::format_duration(limit));
    }
    co_return job_results_.at(job);
}

async::awaitable<void> systemd_bus::turn_until(const std::size_t& unanswered) {
    const async::frame here;
    process();
    while (unanswered > 0) {
        co_await wait_for_traffic();
        process();
    }
}

async::awaitable<void> systemd_bus::turn_until_job(const std::string& job) {
    const async::frame here;
    for (process(); !job_results_.contains(job); process()) {
        co_await wait_for_traffic();
    }
}

void systemd_bus::process() {
    while (check(sd_bus_process(bus_.get(), nullptr), "lost systemd's bus at " + address_) > 0) {
    }
    if (sd_bus_is_open(bus_.get()) <= 0) {
        throw systemd_bus_error("", "lost systemd's bus at " + address_);
    }
}

async::awaitable<void> systemd_bus::wait_for_traffic() {
    const async::frame here;
    using descriptor_type = asio::posix::basic_stream_descriptor<async::executor>;
    const int events = check(sd_bus_get_events(bus_.get()), "lost systemd's bus at " + address_);
    system::unique_fd copy(::fcntl(check(sd_bus_get_fd(bus_.get()), "lost systemd's bus"), F_DUPFD_CLOEXEC, 0));
    check(copy.get() < 0 ? -EMFILE : 0, "cannot watch systemd's bus");
    descriptor_type descriptor(async::this_loop().get_executor());
    asio::error_code ec;
    descriptor.assign(copy.get(), ec);
    check(ec ? -ec.value() : 0, "cannot watch systemd's bus");
    (void)copy.release();  // the descriptor owns it from here
    const auto what = (events & POLLOUT) != 0 ? descriptor_type::wait_write : descriptor_type::wait_read;
    co_await descriptor.async_wait(what, async::use_awaitable);
}

}  // namespace mayhem::drivers
