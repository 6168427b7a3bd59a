#include "mayhem/async/assertion.hpp"

#include <cstdio>
#include <cstdlib>

namespace mayhem::async {

void assertion_failed(const char* condition, const char* why, std::source_location at) noexcept {
    (void)std::fprintf(stderr, "%s:%u: %s: assertion failed: %s: %s\n", at.file_name(),
                       static_cast<unsigned>(at.line()), at.function_name(), condition, why);
    std::abort();
}

}  // namespace mayhem::async
