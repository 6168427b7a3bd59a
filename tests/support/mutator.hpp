#pragma once

#include <cstddef>
#include <cstdlib>
#include <random>
#include <string>

namespace mayhem::test {

/// MAYHEM_TEST_SEED, or 1.
inline unsigned seed_of_this_run() {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    return given == nullptr ? 1U : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
}

/// Draws what somebody may send instead of a text that is right: some bytes of it gone, changed, doubled, moved.
class mutator {
public:
    explicit mutator(unsigned seed) : rng_(seed) {}

    std::string mutated(std::string text) {
        for (std::size_t n = draw(6) + 1; n > 0 && !text.empty(); --n) {
            const std::size_t at = draw(text.size());
            const std::size_t length = draw(20);
            switch (draw(5)) {
                case 0: text.erase(at, length); break;
                case 1: text[at] = static_cast<char>(draw(256)); break;
                case 2: text.insert(at, text.substr(draw(text.size()), length)); break;
                case 3: text[at] = "[]{},:\"0e.-+ntf"[draw(15)]; break;
                default: text.resize(at);
            }
        }
        return text;
    }

private:
    std::size_t draw(std::size_t below) { return rng_() % below; }

    std::mt19937 rng_;
};

}  // namespace mayhem::test
