// Proves that the hash tells apart what differs in any one byte, in length, or in how texts are chained, and that it
// reads nothing outside of the text. By exhaustive small changes; AddressSanitizer watches the reads.

#include "mayhem/core/text/text_hash.hpp"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

TEST(TextHashTest, TellsApartTextsThatDifferInOneByte) {
    for (std::size_t size = 1; size <= 40; ++size) {
        std::set<std::uint64_t> seen{text_hash(std::string(size, 'a'))};
        for (std::size_t place = 0; place < size; ++place) {
            std::string changed(size, 'a');
            changed[place] = 'b';
            EXPECT_TRUE(seen.insert(text_hash(changed)).second) << "size " << size << ", byte " << place;
        }
    }
}

TEST(TextHashTest, TellsApartLengths) {
    std::set<std::uint64_t> seen;
    for (std::size_t size = 0; size <= 64; ++size) {
        EXPECT_TRUE(seen.insert(text_hash(std::string(size, '\0'))).second) << "size " << size;
    }
}

TEST(TextHashTest, TellsApartNumbers) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 100'000; ++i) {
        EXPECT_TRUE(seen.insert(text_hash(std::to_string(i))).second) << i;
    }
}

TEST(TextHashTest, ChainingKeepsTheBoundariesApart) {
    EXPECT_NE(text_hash("c", text_hash("ab")), text_hash("bc", text_hash("a")));
    EXPECT_NE(text_hash("a", text_hash("b")), text_hash("b", text_hash("a")));
}

TEST(TextHashTest, ReadsNothingBeyondTheText) {
    for (std::size_t size = 0; size <= 40; ++size) {
        const std::vector<char> exact(size, 'x');
        EXPECT_EQ(text_hash({exact.data(), size}), text_hash(std::string(size, 'x')));
    }
}

TEST(TextHashTest, SpreadsNumberedNamesOverTheLowBits) {
    std::vector<int> buckets(64);
    for (int i = 0; i < 6400; ++i) {
        ++buckets[text_hash("cattle-" + std::to_string(i) + ".example.net") % buckets.size()];
    }
    for (const int count : buckets) {
        EXPECT_GT(count, 50);
        EXPECT_LT(count, 160);
    }
}

}  // namespace
}  // namespace mayhem::core
