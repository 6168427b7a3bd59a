#include "queues/jetstream/nats_link.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nats/nats.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "system/secret_file.hpp"

namespace mayhem::queues {

namespace {

constexpr std::int64_t connect_ms = 2000;
constexpr std::int64_t write_ms = 2000;
constexpr std::int64_t ping_ms = 2000;
constexpr int pings_max = 2;
constexpr std::int64_t reconnect_ms = 200;
constexpr std::int64_t jitter_ms = 1800;
constexpr std::chrono::milliseconds first_pause{500};
constexpr std::chrono::milliseconds longest_pause{10000};

struct message_closer {
    void operator()(natsMsg* m) const noexcept { ::natsMsg_Destroy(m); }
};
struct options_closer {
    void operator()(natsOptions* o) const noexcept { ::natsOptions_Destroy(o); }
};
using message_holder = std::unique_ptr<natsMsg, message_closer>;
using options_holder = std::unique_ptr<natsOptions, options_closer>;

/// "doing: why", as the library says it.
void must(natsStatus s, std::string_view doing) {
    if (s == NATS_OK) {
        return;
    }
    const char* const more = ::nats_GetLastError(nullptr);
    const bool has_more = more != nullptr && *more != '\0';
    throw std::runtime_error(
        fmt::format("{}: {}{}", doing, ::natsStatus_GetText(s), has_more ? fmt::format(" ({})", more) : std::string()));
}

std::string make_inbox(core::random_source random) {
    return fmt::format("_INBOX.mayhem{:016x}{:016x}", random.next(), random.next());
}

int status_of(natsMsg* m, std::string& text) {
    const char* value = nullptr;
    if (::natsMsgHeader_Get(m, "Status", &value) != NATS_OK || value == nullptr) {
        return 0;
    }
    const std::string_view code = value;
    const char* description = nullptr;
    if (::natsMsgHeader_Get(m, "Description", &description) == NATS_OK && description != nullptr) {
        text = description;
    }
    int status = 0;
    for (const char c : code) {
        if (c < '0' || c > '9' || status > 999) {
            break;
        }
        status = status * 10 + (c - '0');
    }
    return status;
}

nats_message copy_of(natsMsg* m) {
    nats_message copy{.inbox = ::natsMsg_GetSubject(m),
                      .reply = ::natsMsg_GetReply(m) == nullptr ? "" : ::natsMsg_GetReply(m),
                      .data = std::string(::natsMsg_GetData(m), static_cast<std::size_t>(::natsMsg_GetDataLength(m))),
                      .status = 0,
                      .status_text = {}};
    if (copy.data.empty()) {
        copy.status = status_of(m, copy.status_text);
    }
    return copy;
}

void set_identity(natsOptions* o, const jetstream_settings& s) {
    if (!s.user.empty()) {
        const std::string password = system::read_secret_file(s.password_file);
        must(::natsOptions_SetUserInfo(o, s.user.c_str(), password.c_str()), "user");
    }
    if (!s.credentials.empty()) {
        must(::natsOptions_SetUserCredentialsFromFiles(o, s.credentials.c_str(), nullptr), "credentials");
    }
}

void set_security(natsOptions* o, const jetstream_settings& s) {
    const auto is_secure = [](const std::string& server) { return server.starts_with("tls://"); };
    if (std::ranges::any_of(s.servers, is_secure)) {
        must(::natsOptions_SetSecure(o, true), "TLS");
    }
    if (!s.ca.empty()) {
        must(::natsOptions_LoadCATrustedCertificates(o, s.ca.c_str()), s.ca);
    }
    if (!s.certificate.empty()) {
        must(::natsOptions_LoadCertificatesChain(o, s.certificate.c_str(), s.key.c_str()), s.certificate);
    }
}

}  // namespace

/// What the library's threads hold on to; the loop leaves it when the connection is given up, and what comes then is
/// dropped.
class nats_link::mailbox : public std::enable_shared_from_this<mailbox> {
public:
    mailbox(async::loop& l, nats_link& to) : loop_(&l), to_(&to) {}

    /// Nothing is handed over any more. The loop's thread.
    void leave() {
        const std::lock_guard lock(mutex_);
        loop_ = nullptr;
        to_ = nullptr;
    }

    template <typename Function>
    void post(Function f) {
        const std::lock_guard lock(mutex_);
        if (loop_ != nullptr) {
            loop_->post([self = shared_from_this(), f = std::move(f)] {
                if (self->to_ != nullptr) {  // only the loop's thread makes it null
                    f(*self->to_);
                }
            });
        }
    }

    /// Each of the library's callbacks owns one of us, which its last call gives up.
    using handle = std::shared_ptr<mailbox>;
    [[nodiscard]] void* make_handle() { return new handle(shared_from_this()); }
    static mailbox& of(void* closure) { return **static_cast<handle*>(closure); }
    static void drop(void* closure) { delete static_cast<handle*>(closure); }

    static void on_message(natsConnection* /*nc*/, natsSubscription* /*s*/, natsMsg* m, void* closure) {
        const message_holder held(m);
        of(closure).post([copy = copy_of(m)](nats_link& to) { to.on_message_(copy); });
    }
    static void on_lost(natsConnection* /*nc*/, void* closure) {
        of(closure).post([](nats_link& to) { to.note_lost(); });
    }
    static void on_reconnected(natsConnection* /*nc*/, void* closure) {
        of(closure).post([](nats_link& to) { to.note_connected(); });
    }
    static void on_closed(natsConnection* /*nc*/, void* closure) {
        of(closure).post([](nats_link& to) { to.note_closed(); });
        drop(closure);
    }

private:
    std::mutex mutex_;
    async::loop* loop_;
    nats_link* to_;
};

nats_link::nats_link(async::loop& l, jetstream_settings s, core::random_source random)
    : loop_(l), settings_(std::move(s)), random_(random), inbox_(make_inbox(random.stream("inbox"))) {}

nats_link::~nats_link() = default;

async::awaitable<bool> nats_link::publish(std::string subject, std::string reply, std::string data, std::string id) {
    const async::frame here;
    if (!is_connected_) {
        co_return false;
    }
    const bool sent = co_await async::run_blocking(thread_, [&] {
        natsMsg* made = nullptr;
        const char* const to = reply.empty() ? nullptr : reply.c_str();
        if (connection_ == nullptr ||
            ::natsMsg_Create(&made, subject.c_str(), to, data.data(), static_cast<int>(data.size())) != NATS_OK) {
            return false;
        }
        const message_holder held(made);
        if (!id.empty() && ::natsMsgHeader_Set(made, "Nats-Msg-Id", id.c_str()) != NATS_OK) {
            return false;
        }
        return ::natsConnection_PublishMsg(connection_, made) == NATS_OK;
    });
    co_return sent;
}

async::awaitable<void> nats_link::connect() {
    const async::frame here;
    closed_.clear();
    const auto box = std::make_shared<mailbox>(loop_, *this);
    const std::string trouble = co_await async::run_blocking(thread_, [&]() -> std::string {
        void* of_connection = nullptr;
        natsConnection* made = nullptr;
        try {
            natsOptions* raw = nullptr;
            must(::natsOptions_Create(&raw), "options");
            const options_holder o(raw);
            std::vector<const char*> servers;
            std::ranges::transform(settings_.servers, std::back_inserter(servers),
                                   [](const std::string& server) { return server.c_str(); });
            must(::natsOptions_SetServers(raw, servers.data(), static_cast<int>(servers.size())), "servers");
            must(::natsOptions_SetName(raw, "mayhem"), "name");
            must(::natsOptions_SetTimeout(raw, connect_ms), "timeout");
            must(::natsOptions_SetWriteDeadline(raw, write_ms), "write deadline");
            must(::natsOptions_SetPingInterval(raw, ping_ms), "ping interval");
            must(::natsOptions_SetMaxPingsOut(raw, pings_max), "pings");
            must(::natsOptions_SetMaxReconnect(raw, -1), "reconnects");
            must(::natsOptions_SetReconnectWait(raw, reconnect_ms), "reconnect wait");
            must(::natsOptions_SetReconnectJitter(raw, jitter_ms, jitter_ms), "reconnect jitter");
            must(::natsOptions_SetReconnectBufSize(raw, 1), "reconnect buffer");
            must(::natsOptions_SetSendAsap(raw, true), "sending at once");
            set_identity(raw, settings_);
            set_security(raw, settings_);
            of_connection = box->make_handle();
            must(::natsOptions_SetDisconnectedCB(raw, &mailbox::on_lost, of_connection), "callback");
            must(::natsOptions_SetReconnectedCB(raw, &mailbox::on_reconnected, of_connection), "callback");
            must(::natsOptions_SetClosedCB(raw, &mailbox::on_closed, of_connection), "callback");
            must(::natsConnection_Connect(&made, raw), "cannot connect");
        } catch (const std::exception& e) {
            if (of_connection != nullptr) {
                mailbox::drop(of_connection);  // a connection that never stood calls nobody
            }
            return e.what();
        }
        connection_ = made;
        void* const of_subscription = box->make_handle();
        natsSubscription* subscription = nullptr;
        if (::natsConnection_Subscribe(&subscription, made, (inbox_ + ".>").c_str(), &mailbox::on_message,
                                       of_subscription) != NATS_OK) {
            mailbox::drop(of_subscription);
            return "cannot subscribe to an inbox of our own: its permissions must have \"_INBOX.>\"";
        }
        (void)::natsSubscription_SetOnCompleteCB(subscription, &mailbox::drop, of_subscription);
        subscription_ = subscription;
        return {};
    });
    mailbox_ = box;
    trouble_ = trouble;
    if (trouble_.empty()) {
        note_connected();
    }
}

async::awaitable<void> nats_link::close() {
    const async::frame here;
    is_connected_ = false;
    if (mailbox_) {
        std::exchange(mailbox_, nullptr)->leave();
    }
    co_await async::run_blocking(thread_, [this] {
        if (subscription_ != nullptr) {
            ::natsSubscription_Destroy(std::exchange(subscription_, nullptr));
        }
        if (connection_ != nullptr) {
            ::natsConnection_Destroy(std::exchange(connection_, nullptr));
        }
    });
}

async::awaitable<void> nats_link::run(receiver on_message, std::function<void()> on_change) {
    const async::frame here;
    on_message_ = std::move(on_message);
    on_change_ = std::move(on_change);
    std::chrono::nanoseconds pause = first_pause;
    bool is_ending = false;
    while (!is_ending) {
        try {
            co_await connect();
            if (is_connected_) {
                pause = first_pause;
                co_await closed_.wait();
                trouble_ = "the server has closed the connection";
            }
            on_change_();
        } catch (const asio::system_error&) {
            is_ending = true;
        }
        if (is_ending) {
            co_await async::begin_cleanup();
        }
        co_await close();
        if (!is_ending) {  // half of it is left to chance: many come back at once
            co_await async::sleep_for(
                pause / 2 + std::chrono::nanoseconds(random_.below(static_cast<std::uint64_t>(pause.count() / 2))));
            pause = std::min<std::chrono::nanoseconds>(pause * 2, longest_pause);
        }
    }
}

void nats_link::note_lost() {
    is_connected_ = false;
    trouble_ = "the connection is lost";
    on_change_();
}

void nats_link::note_connected() {
    is_connected_ = true;
    trouble_.clear();
    on_change_();
}

void nats_link::note_closed() {
    is_connected_ = false;
    closed_.set();
}

}  // namespace mayhem::queues
