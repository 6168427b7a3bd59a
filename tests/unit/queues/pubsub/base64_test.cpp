// Proves the test vectors of RFC 4648, and what is refused.
#include "queues/pubsub/base64.hpp"

#include <gtest/gtest.h>

namespace mayhem::queues {
namespace {

TEST(Base64Test, GoesThereAndBack) {
    const std::pair<const char*, const char*> vectors[]{{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(encode_base64(bytes), text);
        EXPECT_EQ(decode_base64(text), bytes);
    }
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all += static_cast<char>(i);
        EXPECT_EQ(decode_base64(encode_base64(all)), all);
        EXPECT_EQ(decode_base64(encode_base64url(all)), all);
    }
}

TEST(Base64Test, HasNothingInATokenThatAUrlCannotCarry) {
    EXPECT_EQ(encode_base64("\xfb\xff\xfe~"), "+//+fg==");
    EXPECT_EQ(encode_base64url("\xfb\xff\xfe~"), "-__-fg");
}

TEST(Base64Test, RefusesWhatIsNone) {
    for (const char* text : {"A", "AAAAA", "A===", "Zg=", "Zm9v=", "Zm9v Zm9v", "Zg==Zg==",
                             "\xc3\xa4"
                             "bc"}) {
        EXPECT_FALSE(decode_base64(text)) << text;
    }
}

}  // namespace
}  // namespace mayhem::queues
