#include "http/transfer.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <sys/socket.h>

#include "http/curl_failure.hpp"
#include "http/request_failed.hpp"
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

/// Whether the system's trusted certificates are in a folder where each is found by the hash of its name.
bool has_hashed_certificates(CURL* easy) {
    const char* folder = nullptr;
    if (curl_easy_getinfo(easy, CURLINFO_CAPATH, &folder) != CURLE_OK || folder == nullptr) {
        return false;
    }
    std::error_code error;  // a folder that cannot be read has none
    for (std::filesystem::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
        const std::string name = i->path().filename();
        if (name.size() == 10 && name.ends_with(".0") && name.find_first_not_of("0123456789abcdef") == 8) {
            return true;
        }
    }
    return false;
}

}  // namespace

transfer::transfer(async::loop& l, const request& r)
    : loop_(l), request_(r), working_(l), reader_(r.response_bytes_max) {
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
    static const bool looks_up_certificates = has_hashed_certificates(easy);
    if (looks_up_certificates) {
        // The one that is needed is looked up; the file with all of them would be read for every request, which holds
        // the loop for some 40 ms (OpenSSL 3.0).
        set(easy, CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    }
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
    return static_cast<transfer*>(self)->reader_.take_header({data, size * count}) ? size * count : 0;
}

std::size_t transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<transfer*>(self)->reader_.take_body({data, size * count}) ? size * count : 0;
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
    auto found = watches_.find(fd);
    if (found == watches_.end()) {  // made first: without a free descriptor it throws, and there is nothing to watch
        auto made = std::make_shared<socket_watch>(loop_, fd, [this](int ready_fd, socket_watch::readiness r) {
            ready_.push_back({ready_fd, r.readable ? CURL_CSELECT_IN : CURL_CSELECT_OUT});
            progress_.set();
        });
        found = watches_.emplace(fd, std::move(made)).first;
    }
    wanted_[fd] = {.readable = (what & CURL_POLL_IN) != 0, .writable = (what & CURL_POLL_OUT) != 0};
    found->second->want(wanted_[fd]);
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
    co_return take_response();
}

response transfer::take_response() {
    if (reader_.is_too_large()) {
        throw request_failed(request_, failure::too_large,
                             "the answer is longer than " + std::to_string(request_.response_bytes_max) + " bytes");
    }
    if (*result_ != CURLE_OK) {
        throw explain(request_, easy_.get(), *result_, error_text_.data());
    }
    if (!reader_.is_head_complete()) {
        throw request_failed(request_, failure::dropped, "the connection was dropped in the middle of the headers");
    }
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    return reader_.take(static_cast<int>(status));
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

}  // namespace mayhem::http
