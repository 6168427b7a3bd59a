// Proves who may do what: over the Unix socket by the credentials of the peer, over TCP by method, Host and token.
#include "control/access.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mayhem::control {
namespace {

const access_policy policy{.daemon_user = 990, .group = 991, .token = std::nullopt};
const access_policy with_token{.daemon_user = 990, .group = 991, .token = "0123456789abcdef"};

request from_user(uid_t uid, std::vector<gid_t> groups) {
    request r;
    r.method = "GET";
    r.from.is_local_user = true;
    r.from.uid = uid;
    r.from.groups = std::move(groups);
    return r;
}

request over_tcp(std::string method, std::string host, std::string authorization = {}) {
    request r;
    r.method = std::move(method);
    r.host = std::move(host);
    r.authorization = std::move(authorization);
    return r;
}

int status_of(const request& r, const access_policy& p) {
    const std::optional<response> refusal = refuse(r, p);
    return refusal ? refusal->status : 200;
}

TEST(AccessTest, LetsRootTheDaemonsUserAndTheGroupDoEverything) {
    EXPECT_EQ(status_of(from_user(0, {0}), policy), 200);
    EXPECT_EQ(status_of(from_user(990, {990}), policy), 200);
    EXPECT_EQ(status_of(from_user(1000, {1000, 991}), policy), 200);
}

TEST(AccessTest, LetsOtherUsersDoNothing) {
    EXPECT_EQ(status_of(from_user(1000, {1000}), policy), 403);
    EXPECT_EQ(status_of(from_user(static_cast<uid_t>(-1), {}), policy), 403);
}

TEST(AccessTest, LetsTcpReadAndNothingElse) {
    EXPECT_EQ(status_of(over_tcp("GET", "127.0.0.1:9666"), policy), 200);
    EXPECT_EQ(status_of(over_tcp("POST", "127.0.0.1:9666"), policy), 403);
    EXPECT_EQ(status_of(over_tcp("POST", "127.0.0.1:9666", "Bearer "), policy), 403);
}

TEST(AccessTest, LetsTcpActWithTheToken) {
    EXPECT_EQ(status_of(over_tcp("POST", "localhost", "Bearer 0123456789abcdef"), with_token), 200);
    EXPECT_EQ(status_of(over_tcp("POST", "localhost", "Bearer 0123456789abcdeF"), with_token), 401);
    EXPECT_EQ(status_of(over_tcp("POST", "localhost", "Bearer "), with_token), 401);
    EXPECT_EQ(status_of(over_tcp("POST", "localhost"), with_token), 401);
}

TEST(AccessTest, RefusesAPageThatHadItsNamePointAtUs) {
    for (const char* host : {"evil.example", "evil.example:9666", "127.evil.example", "", "[::2]:9666", "[::1]evil"}) {
        EXPECT_EQ(status_of(over_tcp("GET", host), with_token), 403) << host;
    }
    for (const char* host : {"127.0.0.1", "127.0.0.1:9666", "localhost:9666", "[::1]", "[::1]:9666"}) {
        EXPECT_EQ(status_of(over_tcp("GET", host), with_token), 200) << host;
    }
}

TEST(AccessTest, TakesNoHostThatIsWrittenInTwoWays) {
    for (const char* host : {"127.0.0.1:evil.example", "localhost:evil", "127.1", "127.0.0.1, evil.example",
                             "localhost:", "127.0.0.1:99999", "127.0.0.1.", "0x7f.0.0.1", "127.0.0.256", "127.0.0.1 ",
                             "::1", "user@127.0.0.1", "[::1]:", "[::1", "localhost, localhost"}) {
        EXPECT_EQ(status_of(over_tcp("GET", host), with_token), 403) << host;
    }
    for (const char* host : {"LOCALHOST", "LocalHost:9666", "127.8.9.10", "[0:0:0:0:0:0:0:1]:80"}) {
        EXPECT_EQ(status_of(over_tcp("GET", host), with_token), 200) << host;
    }
}

/// What asks, from a user who may do everything or with the token: so only what a browser adds can speak against it.
struct asking {
    const char* what;
    const char* host;
    const char* origin;
    const char* fetch_site;
    int get;
    int post;
};

class BrowserTest : public testing::TestWithParam<asking> {
protected:
    static request ask(std::string method) {
        request r = over_tcp(std::move(method), GetParam().host, "Bearer 0123456789abcdef");
        r.origin = GetParam().origin;
        r.fetch_site = GetParam().fetch_site;
        r.content_type = "application/json";
        return r;
    }
    static request ask_as_user(std::string method) {
        request r = ask(std::move(method));
        r.from.is_local_user = true;
        r.from.uid = 0;
        return r;
    }
};

TEST_P(BrowserTest, IsJudgedOnEveryWay) {
    EXPECT_EQ(status_of(ask("GET"), with_token), GetParam().get) << GetParam().what;
    EXPECT_EQ(status_of(ask("POST"), with_token), GetParam().post) << GetParam().what;
    EXPECT_EQ(status_of(ask_as_user("GET"), with_token), GetParam().get) << GetParam().what;
    EXPECT_EQ(status_of(ask_as_user("POST"), with_token), GetParam().post) << GetParam().what;
    EXPECT_EQ(status_of(ask_as_user("OPTIONS"), with_token), GetParam().post) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    AccessTest, BrowserTest,
    testing::Values(
        asking{"no browser", "localhost", "", "", 200, 200},
        asking{"its own page", "127.0.0.1:9666", "http://127.0.0.1:9666", "same-origin", 200, 200},
        asking{"its own page, by name", "LocalHost:9666", "http://localhost:9666", "same-origin", 200, 200},
        asking{"an address that was typed", "localhost:9666", "", "none", 200, 403},
        asking{"an old browser's own page", "localhost:9666", "http://localhost:9666", "", 200, 200},
        asking{"another port of the host", "localhost:9666", "http://localhost:8080", "same-site", 403, 403},
        asking{"an image on such a page", "localhost:9666", "", "same-site", 403, 403},
        asking{"another site", "localhost:9666", "https://evil.example", "cross-site", 403, 403},
        asking{"an image on another site", "localhost:9666", "", "cross-site", 403, 403},
        asking{"an old browser, another site", "localhost:9666", "https://evil.example", "", 403, 403},
        asking{"a page that hides its origin", "localhost:9666", "null", "", 403, 403},
        asking{"the same name over TLS", "localhost:9666", "https://localhost:9666", "same-origin", 403, 403},
        asking{"two origins", "localhost:9666", "http://localhost:9666, http://localhost:9666", "", 403, 403},
        asking{"a value to come", "localhost:9666", "", "same-planet", 403, 403},
        asking{"a name that points here", "evil.example:9666", "http://evil.example:9666", "same-origin", 403, 403},
        asking{"such a name, and an old browser", "evil.example:9666", "", "", 403, 403}));

TEST(AccessTest, ToActOverTheUnixSocketTakesWhatAPageCannotSendUnasked) {
    request r = from_user(0, {0});
    r.method = "POST";
    r.host = "localhost";
    for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                             "text/plain, application/json", "application/json, text/plain", "application/jsonp"}) {
        r.content_type = type;
        EXPECT_EQ(status_of(r, policy), 415) << type;
    }
    for (const char* type : {"application/json", "Application/JSON; charset=utf-8", "application/json;charset=utf-8"}) {
        r.content_type = type;
        EXPECT_EQ(status_of(r, policy), 200) << type;
    }
    r.from.uid = 12345;
    EXPECT_EQ(status_of(r, policy), 403);
}

TEST(AccessTest, AnOldClientWithoutAHostMayUseTheUnixSocketAndNothingElse) {
    EXPECT_EQ(status_of(from_user(0, {0}), policy), 200);
    EXPECT_EQ(status_of(over_tcp("GET", ""), policy), 403);
}

TEST(AccessTest, ComparesTokens) {
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abcabc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", ""));
}

TEST(AccessTest, ReadsATokenThatOthersCannotRead) {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("mayhem-token-" + std::to_string(::getpid()))).string();
    std::ofstream(path) << "0123456789abcdef\nmore\n";
    std::filesystem::permissions(path, std::filesystem::perms{0600});
    const auto read = read_token_file(path);
    std::filesystem::permissions(path, std::filesystem::perms{0644});
    const auto exposed = read_token_file(path);
    std::filesystem::permissions(path, std::filesystem::perms{0600});
    std::ofstream(path) << "short\n";
    const auto too_short = read_token_file(path);
    std::filesystem::remove(path);
    const auto missing = read_token_file(path);

    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, "0123456789abcdef");
    EXPECT_FALSE(exposed);
    EXPECT_FALSE(too_short);
    EXPECT_FALSE(missing);
}

}  // namespace
}  // namespace mayhem::control
