#include "fleet/system_lookup.hpp"

#include <array>
#include <memory>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::fleet {

namespace {

using found_addresses = core::result<std::vector<std::string>>;

found_addresses ask_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list); error != 0) {
        return core::failure{host + " has no address: " + ::gai_strerror(error)};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, &::freeaddrinfo);
    std::vector<std::string> addresses;
    for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (::getnameinfo(a->ai_addr, a->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
            addresses.emplace_back(text.data());
        }
    }
    return addresses;
}

/// What the thread and whoever waits have in common; each may be gone before the other.
struct question {
    async::event answered;
    found_addresses answer = core::failure{""};
};

}  // namespace

async::awaitable<found_addresses> system_lookup::find(std::string host) {
    const async::frame here;
    const auto asked = std::make_shared<question>();
    const bool has_begun = calls_.start([asked, host]() -> app::hanging_calls::step {
        auto answer = std::make_shared<found_addresses>(core::failure{host + " was not looked up: no memory"});
        try {
            *answer = ask_system(host);
        } catch (const std::exception& e) {
            *answer = core::failure{host + " was not looked up: " + e.what()};
        }
        return [asked, answer] {
            asked->answer = std::move(*answer);
            asked->answered.set();
        };
    });
    if (!has_begun) {
        co_return core::failure{host + " is not looked up: " + std::to_string(under_way_max) +
                                " questions to the name service are not answered yet"};
    }
    co_await asked->answered.wait();
    co_return std::move(asked->answer);
}

}  // namespace mayhem::fleet
