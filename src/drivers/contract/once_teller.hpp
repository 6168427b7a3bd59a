#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace mayhem::drivers {

/// Tells each text once, however often the same trouble is met. Remembers the first thousand; others are not told.
class once_teller {
public:
    using teller = std::function<void(std::string_view)>;

    /// `tell` may be null: then nobody is told.
    explicit once_teller(teller tell) : tell_(std::move(tell)) {}

    void operator()(const std::string& what) {
        if (tell_ && told_.size() < told_max && told_.insert(what).second) {
            tell_(what);
        }
    }

private:
    static constexpr std::size_t told_max = 1000;

    teller tell_;
    std::set<std::string> told_;
};

}  // namespace mayhem::drivers
