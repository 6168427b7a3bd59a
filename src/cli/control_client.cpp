#include "cli/control_client.hpp"

#include <cerrno>
#include <memory>

#include <curl/curl.h>
#include <unistd.h>

namespace mayhem::cli {

namespace {

constexpr long connect_ms_max = 5'000;

struct transfer {
    CURL* handle = nullptr;
    control_client::reply got{};
    const std::function<bool(std::string_view)>* on_text = nullptr;
    const std::function<bool()>* on_idle = nullptr;
};

/// curl calls it at least once a second.
int go_on(void* context, curl_off_t /*to_come*/, curl_off_t /*came*/, curl_off_t /*to_go*/, curl_off_t /*gone*/) {
    const transfer& t = *static_cast<const transfer*>(context);
    return (*t.on_idle)() ? 0 : 1;
}

std::size_t receive(const char* data, std::size_t /*one*/, std::size_t size, void* context) {
    transfer& t = *static_cast<transfer*>(context);
    long status = 0;
    (void)curl_easy_getinfo(t.handle, CURLINFO_RESPONSE_CODE, &status);
    if (t.on_text != nullptr && status == 200) {
        return (*t.on_text)({data, size}) ? size : 0;
    }
    t.got.body.append(data, size);
    return size;
}

[[noreturn]] void fail(const std::filesystem::path& socket, const std::string& why) {
    const bool may_not = ::access(socket.c_str(), W_OK) != 0 && errno == EACCES;
    if (may_not) {
        throw not_allowed("you may not use " + socket.string() +
                          ": only root, the user that runs mayhem and the members of the group mayhem may");
    }
    throw no_daemon("no daemon answers on " + socket.string() + ": " + why +
                    "; start it (mayhem run), or name its socket with --socket");
}

control_client::reply request(const std::filesystem::path& socket, const std::string& path, const std::string* body,
                              const std::function<bool(std::string_view)>* on_text,
                              const std::function<bool()>* on_idle, std::chrono::seconds limit) {
    const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), &curl_easy_cleanup);
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
        curl_slist_append(nullptr, "Content-Type: application/json"), &curl_slist_free_all);
    if (!handle) {
        fail(socket, "libcurl cannot be used");
    }
    transfer t{.handle = handle.get(), .on_text = on_text, .on_idle = on_idle};
    const std::string url = "http://localhost" + path;
    const auto set = [&handle](CURLoption option, auto value) { (void)curl_easy_setopt(handle.get(), option, value); };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, connect_ms_max);
    set(CURLOPT_WRITEFUNCTION, &receive);
    set(CURLOPT_WRITEDATA, &t);
    if (on_idle != nullptr && *on_idle) {
        set(CURLOPT_XFERINFOFUNCTION, &go_on);
        set(CURLOPT_XFERINFODATA, &t);
        set(CURLOPT_NOPROGRESS, 0L);
    }
    if (on_text == nullptr) {
        set(CURLOPT_TIMEOUT, static_cast<long>(limit.count()));
    }
    if (body != nullptr) {
        set(CURLOPT_POSTFIELDS, body->c_str());
        set(CURLOPT_HTTPHEADER, headers.get());
    }
    const CURLcode code = curl_easy_perform(handle.get());
    (void)curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &t.got.status);
    const bool is_end_of_stream = on_text != nullptr && t.got.status == 200;
    if (code != CURLE_OK && !is_end_of_stream) {
        fail(socket, curl_easy_strerror(code));
    }
    return std::move(t.got);
}

}  // namespace

control_client::reply control_client::get(const std::string& path, std::chrono::seconds limit) const {
    return request(socket_, path, nullptr, nullptr, nullptr, limit);
}

control_client::reply control_client::post(const std::string& path, const std::string& body,
                                           std::chrono::seconds limit) const {
    return request(socket_, path, &body, nullptr, nullptr, limit);
}

control_client::reply control_client::stream(const std::string& path,
                                             const std::function<bool(std::string_view)>& on_text,
                                             const std::function<bool()>& on_idle) const {
    return request(socket_, path, nullptr, &on_text, &on_idle, request_max);
}

}  // namespace mayhem::cli
