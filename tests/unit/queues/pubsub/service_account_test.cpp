// Proves that a claim is signed by the key of the file, which the test makes, what it says, that the token it is
// exchanged for is sent to Pub/Sub and renewed once it is refused, and that nothing secret is in what is told.
#include "queues/pubsub/service_account.hpp"

#include <filesystem>
#include <fstream>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queues/pubsub/base64.hpp"
#include "queues/pubsub/rs256.hpp"
#include "unit/queues/pubsub/fake_pubsub.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

using key_pair = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string pem_of(EVP_PKEY* key) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> to(::BIO_new(::BIO_s_mem()), &BIO_free);
    EXPECT_EQ(::PEM_write_bio_PrivateKey(to.get(), key, nullptr, nullptr, 0, nullptr, nullptr), 1);
    char* data = nullptr;
    const long size = ::BIO_get_mem_data(to.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

bool is_signed(EVP_PKEY* by, const std::string& text, const std::string& signature) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> c(::EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    return ::EVP_DigestVerifyInit(c.get(), nullptr, ::EVP_sha256(), nullptr, by) == 1 &&
           ::EVP_DigestVerify(c.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                              reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

class ServiceAccountTest : public ::testing::Test {
protected:
    ~ServiceAccountTest() override { std::filesystem::remove(path_); }

    [[nodiscard]] json file(const std::string& token_uri) const {
        return {{"type", "service_account"},
                {"client_email", "mayhem@shop-prod.iam.gserviceaccount.com"},
                {"private_key", pem_},
                {"private_key_id", "k1"},
                {"token_uri", token_uri}};
    }
    void write(const json& text, mode_t mode = 0600) const {
        std::ofstream(path_, std::ios::trunc) << text.dump(2);
        ::chmod(path_.c_str(), mode);
    }

    /// The trouble of a queue that cannot ask anything, after a second.
    std::string trouble_of(test::pubsub_bed& bed) const {
        async::settled<ports::asked_request> got;
        bed.t.spawn("receive", test::note(bed.queue.receive(), got));
        bed.t.run_for(1s);
        EXPECT_EQ(bed.queue.trouble().find("PRIVATE KEY"), std::string::npos);
        const std::string told = bed.queue.trouble();
        bed.t.group.cancel();
        bed.t.run_for(1s);
        return told;
    }

    const key_pair key_{EVP_RSA_gen(2048), &EVP_PKEY_free};
    const std::string pem_ = pem_of(key_.get());
    const std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("mayhem-service-account-" + std::to_string(::getpid()) + ".json");
};

TEST_F(ServiceAccountTest, ItsClaimIsSignedWithItsKey) {
    const service_account a = parse_service_account(file("https://oauth2.googleapis.com/token").dump());

    const std::string jwt = make_assertion(a, async::clock::wall_time_point(1'700'000'000s + 999ms));

    const std::size_t first = jwt.find('.');
    const std::size_t last = jwt.rfind('.');
    EXPECT_EQ(json::parse(decode_base64(jwt.substr(0, first)).value()),
              (json{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "k1"}}));
    EXPECT_EQ(json::parse(decode_base64(jwt.substr(first + 1, last - first - 1)).value()),
              (json{{"iss", "mayhem@shop-prod.iam.gserviceaccount.com"},
                    {"scope", "https://www.googleapis.com/auth/pubsub"},
                    {"aud", "https://oauth2.googleapis.com/token"},
                    {"iat", 1'700'000'000},
                    {"exp", 1'700'003'600}}));
    EXPECT_TRUE(is_signed(key_.get(), jwt.substr(0, last), decode_base64(jwt.substr(last + 1)).value()));
    EXPECT_FALSE(is_signed(key_.get(), jwt.substr(0, last) + 'x', decode_base64(jwt.substr(last + 1)).value()));
    EXPECT_EQ(jwt.find('='), std::string::npos);
}

TEST_F(ServiceAccountTest, OnlyAnRsaKeySigns) {
    const key_pair curve(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    for (const std::string& pem : {std::string("hunter2"), std::string(), pem_of(curve.get()), pem_.substr(0, 200)}) {
        try {
            (void)sign_rs256(pem, "text");
            ADD_FAILURE() << pem;
        } catch (const std::runtime_error& e) {
            EXPECT_STREQ(e.what(), "its private_key is no RSA key in PEM");
        }
    }
}

TEST_F(ServiceAccountTest, SaysWhatIsWrongWithAFile) {
    const auto fault_of = [](const std::string& text) {
        try {
            (void)parse_service_account(text);
        } catch (const std::runtime_error& e) {
            EXPECT_EQ(std::string(e.what()).find("PRIVATE KEY"), std::string::npos);
            return std::string(e.what());
        }
        return std::string();
    };
    EXPECT_THAT(fault_of("{"), HasSubstr("no JSON object"));
    EXPECT_THAT(fault_of("[]"), HasSubstr("no JSON object"));
    for (const char* name : {"client_email", "private_key", "token_uri"}) {
        json without = file("https://oauth2.googleapis.com/token");
        without.erase(name);
        EXPECT_THAT(fault_of(without.dump()), HasSubstr(std::string("it has no ") + name));
        without[name] = 7;
        EXPECT_THAT(fault_of(without.dump()), HasSubstr(std::string("it has no ") + name));
    }
    for (const char* uri : {"", "http://oauth2.googleapis.com/token", "ftp://x", "https://"}) {
        EXPECT_THAT(fault_of(file(uri).dump()), HasSubstr("token_uri")) << uri;
    }
    EXPECT_EQ(fault_of(file("http://127.0.0.1:8/token").dump()), "");
}

TEST_F(ServiceAccountTest, ItsTokenIsSentToPubSubAndRenewedOnceItIsRefused) {
    test::pubsub_bed bed({.credentials = path_.string()});
    write(file(bed.fake.server.url("/token")));
    bed.fake.will("token", 200, R"({"access_token":"first","expires_in":3599})");
    bed.fake.will("token", 200, R"({"access_token":"second","expires_in":3599})");
    bed.fake.will("pull", 401, test::refusal(401, "UNAUTHENTICATED", "invalid authentication credentials"));

    const ports::asked_request r = bed.receive("a");

    EXPECT_EQ(r.name, "m-a");
    const std::vector<std::string> asked = bed.fake.server.requests();
    ASSERT_EQ(asked.size(), 5U) << "token, pull, token, pull, deadline";
    EXPECT_THAT(asked[0], HasSubstr("Content-Type: application/x-www-form-urlencoded"));
    EXPECT_THAT(bed.fake.said("token").front(),
                ::testing::StartsWith("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=ey"));
    EXPECT_THAT(asked[1], HasSubstr("\r\nAuthorization: Bearer first"));
    EXPECT_THAT(asked[3], HasSubstr("\r\nAuthorization: Bearer second"));
    EXPECT_THAT(asked[4], HasSubstr("\r\nAuthorization: Bearer second"));
    EXPECT_LT(bed.t.elapsed(), 100ms) << "at once";
}

TEST_F(ServiceAccountTest, WithoutATokenTheTroubleSaysWhy) {
    const std::string head = "credentials = \"" + path_.string() + "\" cannot be used: ";
    {
        test::pubsub_bed bed({.credentials = path_.string()});
        EXPECT_THAT(trouble_of(bed), HasSubstr(head + "cannot read " + path_.string()));
        EXPECT_TRUE(bed.fake.server.requests().empty());
    }
    {
        test::pubsub_bed bed({.credentials = path_.string()});
        write(file(bed.fake.server.url("/token")), 0644);
        EXPECT_THAT(trouble_of(bed), HasSubstr("chmod 600 it"));
    }
    {
        test::pubsub_bed bed({.credentials = path_.string()});
        write(file(bed.fake.server.url("/token")));
        for (int i = 0; i < 10; ++i) {
            bed.fake.will("token", 400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})");
        }
        EXPECT_EQ(trouble_of(bed),
                  "Google gives no access token for the key in " + path_.string() +
                      " (status 400: Invalid JWT Signature.): is it still valid, and the clock right?");
    }
}

}  // namespace
}  // namespace mayhem::queues
