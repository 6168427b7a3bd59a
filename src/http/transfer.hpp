#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <curl/curl.h>

#include "http/request.hpp"
#include "http/response_reader.hpp"
#include "http/socket_watch.hpp"
#include "mayhem/async/event.hpp"

namespace mayhem::http {

/// One request on its way: libcurl's multi interface driven by our loop. curl names the sockets and the time it waits
/// for; the coroutine waits for them and calls curl when they are due. It owns all that belongs to the request, so that
/// its destructor, whenever it comes, leaves nothing. The loop's thread only.
class transfer {
public:
    /// `r` outlives the transfer. Throws what `check` throws.
    transfer(async::loop& l, const request& r);
    ~transfer();
    transfer(const transfer&) = delete;
    transfer& operator=(const transfer&) = delete;

    /// To be awaited once. Has no timeout of its own.
    async::awaitable<response> run();

private:
    struct easy_closer {
        void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
    };
    struct multi_closer {
        void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
    };
    struct list_closer {
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };
    struct ready_socket {
        int fd;
        int events;  ///< CURL_CSELECT_*
    };

    static int open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* unused);
    static int on_timer(CURLM* multi, long delay_ms, void* self);
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);

    void configure();
    void watch(int fd, int what);
    void drive();
    void act(int fd, int events);
    [[nodiscard]] bool is_due() const;
    void take_result();
    [[nodiscard]] response take_response();

    async::loop& loop_;
    const request& request_;
    const async::loop::external_work working_;
    std::array<char, CURL_ERROR_SIZE> error_text_{};
    std::unique_ptr<curl_slist, list_closer> headers_;
    std::unique_ptr<CURLM, multi_closer> multi_;
    std::unique_ptr<CURL, easy_closer> easy_;
    std::map<int, std::shared_ptr<socket_watch>> watches_;
    std::map<int, socket_watch::readiness> wanted_;
    std::vector<ready_socket> ready_;
    std::optional<async::clock::time_point> due_;
    async::event progress_;
    response_reader reader_;
    std::optional<CURLcode> result_;
};

}  // namespace mayhem::http
