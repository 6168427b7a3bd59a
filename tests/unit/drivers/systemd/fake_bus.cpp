#include "unit/drivers/systemd/fake_bus.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mayhem::test {

namespace {

constexpr int tick_ms = 20;

struct bus_deleter {
    void operator()(sd_bus* b) const noexcept { sd_bus_close_unref(b); }
};

struct message_deleter {
    void operator()(sd_bus_message* m) const noexcept { sd_bus_message_unref(m); }
};

using message = std::unique_ptr<sd_bus_message, message_deleter>;

message answer_to(sd_bus_message* call) {
    sd_bus_message* made = nullptr;
    (void)sd_bus_message_new_method_return(call, &made);
    return message(made);
}

int send(message m) { return sd_bus_send(nullptr, m.get(), nullptr); }

void add_texts(sd_bus_message* to, const char* name, const std::vector<std::string>& texts) {
    (void)sd_bus_message_open_container(to, 'e', "sv");
    (void)sd_bus_message_append(to, "s", name);
    (void)sd_bus_message_open_container(to, 'v', "as");
    (void)sd_bus_message_open_container(to, 'a', "s");
    for (const std::string& text : texts) {
        (void)sd_bus_message_append(to, "s", text.c_str());
    }
    (void)sd_bus_message_close_container(to);
    (void)sd_bus_message_close_container(to);
    (void)sd_bus_message_close_container(to);
}

}  // namespace

fake_bus::fake_bus(std::map<std::string, service> services, trouble t, int answers)
    : services_(std::move(services)), trouble_(t), answers_(answers) {
    std::string pattern = (std::filesystem::temp_directory_path() / "mayhem-bus-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    socket_ = folder_ / "bus";
    listener_ = system::unique_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::strncpy(address.sun_path, socket_.c_str(), sizeof address.sun_path - 1);
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), SOMAXCONN) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot listen on " + socket_);
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

fake_bus::~fake_bus() {
    thread_.request_stop();
    thread_.join();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void fake_bus::serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd waiting{.fd = listener_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, tick_ms) > 0) {
            talk(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK), stop);
        }
    }
}

void fake_bus::talk(int fd, const std::stop_token& stop) {
    answered_ = 0;
    is_in_trouble_ = false;
    sd_bus* made = nullptr;
    (void)sd_bus_new(&made);
    const std::unique_ptr<sd_bus, bus_deleter> bus(made);
    (void)sd_bus_set_fd(made, fd, fd);  // owns it from here
    sd_id128_t id{};
    id.bytes[0] = 1;
    (void)sd_bus_set_server(made, 1, id);
    (void)sd_bus_set_anonymous(made, 1);
    (void)sd_bus_add_filter(made, nullptr, &fake_bus::on_message, this);
    if (sd_bus_start(made) < 0) {
        return;
    }
    while (!stop.stop_requested() && !is_in_trouble_) {
        const int done = sd_bus_process(made, nullptr);
        if (done < 0) {
            return;  // the client has gone
        }
        if (done == 0 && sd_bus_wait(made, tick_ms * 1000UL) < 0) {
            return;
        }
    }
    (void)sd_bus_flush(made);
    if (trouble_ == trouble::garbage) {
        const std::array<char, 64> bytes{'l', 'x', 'y', 'z'};
        (void)::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    std::array<char, 1024> unread{};
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    while (!stop.stop_requested() && trouble_ != trouble::hang_up) {
        if (::poll(&waiting, 1, tick_ms) > 0 && ::recv(fd, unread.data(), unread.size(), 0) <= 0) {
            return;
        }
    }
}

int fake_bus::on_message(sd_bus_message* m, void* self, sd_bus_error* /*error*/) {
    std::uint8_t type = 0;
    (void)sd_bus_message_get_type(m, &type);
    return type == SD_BUS_MESSAGE_METHOD_CALL ? static_cast<fake_bus*>(self)->answer(m) : 0;
}

int fake_bus::answer(sd_bus_message* m) {
    const std::string_view member = sd_bus_message_get_member(m);
    if (member == "Hello") {
        return sd_bus_reply_method_return(m, "s", ":1.1");
    }
    if (trouble_ != trouble::none && answered_ >= answers_) {
        if (trouble_ == trouble::other_type) {
            return sd_bus_reply_method_return(m, nullptr);
        }
        is_in_trouble_ = true;
        return 1;
    }
    ++answered_;
    return member == "ListUnits" ? list_units(m)
           : member == "GetAll"  ? describe(m)
                                 : sd_bus_reply_method_return(m, nullptr);
}

int fake_bus::list_units(sd_bus_message* call) const {
    message reply = answer_to(call);
    (void)sd_bus_message_open_container(reply.get(), 'a', "(ssssssouso)");
    for (const auto& [name, s] : services_) {
        (void)sd_bus_message_append(reply.get(), "(ssssssouso)", name.c_str(), "", "loaded", s.active_state.c_str(), "",
                                    "", "/u", 0U, "", "/");
    }
    (void)sd_bus_message_close_container(reply.get());
    return send(std::move(reply));
}

int fake_bus::describe(sd_bus_message* call) const {
    char* unit = nullptr;
    (void)sd_bus_path_decode(sd_bus_message_get_path(call), "/org/freedesktop/systemd1/unit", &unit);
    const std::string name = unit == nullptr ? "" : unit;
    std::free(unit);
    const auto found = services_.find(name);
    if (found == services_.end()) {
        return sd_bus_reply_method_errorf(call, "org.freedesktop.systemd1.NoSuchUnit", "no such unit");
    }
    message reply = answer_to(call);
    constexpr std::array<std::uint8_t, 16> invocation{1, 2, 3};
    (void)sd_bus_message_open_container(reply.get(), 'a', "{sv}");
    (void)sd_bus_message_append(reply.get(), "{sv}", "Id", "s", name.c_str());
    (void)sd_bus_message_append(reply.get(), "{sv}", "LoadState", "s", "loaded");
    (void)sd_bus_message_append(reply.get(), "{sv}", "Restart", "s", "always");
    (void)sd_bus_message_append(reply.get(), "{sv}", "ActiveState", "s", found->second.active_state.c_str());
    (void)sd_bus_message_open_container(reply.get(), 'e', "sv");
    (void)sd_bus_message_append(reply.get(), "s", "InvocationID");
    (void)sd_bus_message_open_container(reply.get(), 'v', "ay");
    (void)sd_bus_message_append_array(reply.get(), 'y', invocation.data(), invocation.size());
    (void)sd_bus_message_close_container(reply.get());
    (void)sd_bus_message_close_container(reply.get());
    add_texts(reply.get(), "RequiredBy", found->second.required_by);
    (void)sd_bus_message_close_container(reply.get());
    return send(std::move(reply));
}

}  // namespace mayhem::test
