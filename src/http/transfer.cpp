#include "http/transfer.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/socket.h>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::http {

namespace {

/// Once for the process, as libcurl asks; it keeps tables and nothing that runs.
void initialise_curl() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) {
        throw std::runtime_error(std::string("cannot initialise libcurl: ") + curl_easy_strerror(ready));
    }
}

bool has_control(std::string_view text) noexcept {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check(const request& r) {
    const auto fail = [&r](const std::string& what) { throw std::invalid_argument(r.method + ": " + what); };
    if (r.method.empty() || has_control(r.method) || r.method.find(' ') != std::string::npos) {
        fail("is no HTTP method");
    }
    if (has_control(r.url) || r.url.find(' ') != std::string::npos) {
        fail("the URL contains a space or a control character: encode it");
    }
    if (!r.url.starts_with("http://") && !r.url.starts_with("https://")) {
        fail("'" + r.url + "' is no URL: it begins with http:// or https://");
    }
    if (std::ranges::any_of(r.headers, has_control)) {
        fail("a header contains a control character");
    }
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    MAYHEM_ASSERT(code == CURLE_OK, "libcurl 7.85 or newer knows every option that is set here");
}

template <typename Value>
void set(CURLM* multi, CURLMoption option, Value value) {
    const CURLMcode code = curl_multi_setopt(multi, option, value);
    MAYHEM_ASSERT(code == CURLM_OK, "libcurl knows every option that is set here");
}

failure classify(CURLcode code) noexcept {
    switch (code) {
        case CURLE_COULDNT_CONNECT: return failure::not_connected;
        case CURLE_COULDNT_RESOLVE_HOST: return failure::not_resolved;
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR: return failure::dropped;
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING: return failure::nonsense;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION: return failure::not_trusted;
        default: return failure::other;
    }
}

}  // namespace

transfer::transfer(async::loop& l, const request& r) : loop_(l), request_(r), working_(l) {
    check(r);
    initialise_curl();
    multi_.reset(curl_multi_init());
    easy_.reset(curl_easy_init());
    if (!multi_ || !easy_) {
        throw std::bad_alloc();
    }
    for (const std::string& header : r.headers) {
        headers_.reset(curl_slist_append(headers_.release(), header.c_str()));
    }
    headers_.reset(curl_slist_append(headers_.release(), "Expect:"));  // the body goes out without asking first
    configure();
}

transfer::~transfer() {
    curl_multi_remove_handle(multi_.get(), easy_.get());
    easy_.reset();
    multi_.reset();
    for (const auto& [fd, watch] : watches_) {
        watch->close();
    }
}

void transfer::configure() {
    CURL* const easy = easy_.get();
    set(easy, CURLOPT_URL, request_.url.c_str());
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    set(easy, CURLOPT_NOBODY, request_.method == "HEAD" ? 1L : 0L);
    set(easy, CURLOPT_HTTPHEADER, headers_.get());
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_QUICK_EXIT, 1L);  // a cancelled request does not wait for the resolver
    // No connection is used twice: curl would repeat a request, unasked, when it finds an old one closed.
    set(easy, CURLOPT_FRESH_CONNECT, 1L);
    set(easy, CURLOPT_FORBID_REUSE, 1L);
    set(easy, CURLOPT_ERRORBUFFER, error_text_.data());
    set(easy, CURLOPT_OPENSOCKETFUNCTION, &transfer::open_socket);
    set(easy, CURLOPT_HEADERFUNCTION, &transfer::on_header);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_WRITEFUNCTION, &transfer::on_body);
    set(easy, CURLOPT_WRITEDATA, this);
    if (!request_.unix_socket.empty()) {
        set(easy, CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
    }
    if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT") {
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(easy, CURLOPT_POSTFIELDS, request_.body.c_str());
    }
    CURLM* const multi = multi_.get();
    set(multi, CURLMOPT_SOCKETFUNCTION, &transfer::on_socket);
    set(multi, CURLMOPT_SOCKETDATA, this);
    set(multi, CURLMOPT_TIMERFUNCTION, &transfer::on_timer);
    set(multi, CURLMOPT_TIMERDATA, this);
}

int transfer::open_socket(void* /*self*/, curlsocktype /*purpose*/, curl_sockaddr* address) {
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int transfer::on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self, void* /*unused*/) {
    try {
        static_cast<transfer*>(self)->watch(fd, what);
        return 0;
    } catch (const std::system_error&) {
        return -1;  // curl ends the transfer
    }
}

int transfer::on_timer(CURLM* /*multi*/, long delay_ms, void* self) {
    auto& t = *static_cast<transfer*>(self);
    t.due_.reset();
    if (delay_ms >= 0) {
        t.due_ = async::clock::after(t.loop_.now(), std::chrono::milliseconds(delay_ms));
    }
    return 0;
}

std::size_t transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& t = *static_cast<transfer*>(self);
    if (!t.has_room_for(size * count)) {
        return 0;
    }
    t.take_header({data, size * count});
    return size * count;
}

std::size_t transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& t = *static_cast<transfer*>(self);
    if (!t.has_room_for(size * count)) {
        return 0;
    }
    t.response_.body.append(data, size * count);
    return size * count;
}

bool transfer::has_room_for(std::size_t bytes) noexcept {
    received_ += bytes;
    is_too_large_ = is_too_large_ || received_ > request_.response_bytes_max;
    return !is_too_large_;
}

void transfer::take_header(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
        line.remove_suffix(1);
    }
    const std::size_t colon = line.find(':');
    if (line.starts_with("HTTP/")) {
        response_.headers.clear();  // those before belong to an interim answer
        is_head_complete_ = false;
    } else if (line.empty()) {
        is_head_complete_ = true;
    } else if (colon != std::string_view::npos) {
        std::string_view value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        response_.headers.emplace_back(line.substr(0, colon), value);
    }
}

void transfer::watch(int fd, int what) {
    if (what == CURL_POLL_REMOVE) {
        wanted_.erase(fd);
        if (const auto found = watches_.find(fd); found != watches_.end()) {
            found->second->close();
            watches_.erase(found);
        }
        return;
    }
    auto& watched = watches_[fd];
    if (!watched) {
        watched = std::make_shared<socket_watch>(loop_, fd, [this](int ready_fd, socket_watch::readiness r) {
            ready_.push_back({ready_fd, r.readable ? CURL_CSELECT_IN : CURL_CSELECT_OUT});
            progress_.set();
        });
    }
    wanted_[fd] = {.readable = (what & CURL_POLL_IN) != 0, .writable = (what & CURL_POLL_OUT) != 0};
    watched->want(wanted_[fd]);
}

async::awaitable<response> transfer::run() {
    const async::frame here;
    curl_multi_add_handle(multi_.get(), easy_.get());
    drive();
    while (!result_) {
        progress_.clear();
        if (due_) {
            const auto left = std::max(*due_ - loop_.now(), async::clock::duration::zero());
            const auto in_time = co_await async::with_timeout(progress_.wait(), left);
            (void)in_time;  // `drive` looks for itself
        } else {
            co_await progress_.wait();
        }
        drive();
    }
    if (*result_ != CURLE_OK) {
        fail(*result_);
    }
    if (!is_head_complete_) {
        throw request_failed(request_, failure::dropped, "the connection was dropped in the middle of the headers");
    }
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    co_return std::move(response_);
}

bool transfer::is_due() const { return due_ && *due_ <= loop_.now(); }

void transfer::drive() {
    for (const ready_socket& ready : std::exchange(ready_, {})) {
        act(ready.fd, ready.events);
        if (const auto still = watches_.find(ready.fd); still != watches_.end()) {
            still->second->want(wanted_[ready.fd]);
        }
    }
    if (is_due()) {
        due_.reset();
        act(CURL_SOCKET_TIMEOUT, 0);
    }
    take_result();
}

void transfer::act(int fd, int events) {
    int running = 0;
    const CURLMcode code = curl_multi_socket_action(multi_.get(), fd, events, &running);
    if (code != CURLM_OK && !result_) {
        result_ = code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_ABORTED_BY_CALLBACK;
    }
}

void transfer::take_result() {
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg == CURLMSG_DONE) {
            result_ = message->data.result;
        }
    }
}

void transfer::fail(CURLcode code) {
    if (is_too_large_) {
        throw request_failed(request_, failure::too_large,
                             "the answer is longer than " + std::to_string(request_.response_bytes_max) + " bytes");
    }
    const failure why = classify(code);
    long number = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
    const std::string system = number != 0 ? std::generic_category().message(static_cast<int>(number)) : "";
    const std::string detail = error_text_.front() != '\0' ? error_text_.data() : curl_easy_strerror(code);
    switch (why) {
        case failure::not_connected:
            throw request_failed(request_, why, "cannot connect: " + (system.empty() ? detail : system));
        case failure::dropped: throw request_failed(request_, why, "the connection was dropped: " + detail);
        case failure::nonsense: throw request_failed(request_, why, "the answer is not HTTP: " + detail);
        default: throw request_failed(request_, why, detail);
    }
}

}  // namespace mayhem::http
