#pragma once

#include <map>
#include <memory>
#include <string>

namespace mayhem::drivers {

/// What the drivers of one group share, each of which does one of its actions: made for the first of them. One thread.
template <typename Shared>
class kept_for_group {
public:
    template <typename... Arguments>
    [[nodiscard]] std::shared_ptr<Shared> of(const std::string& group, const Arguments&... arguments) {
        std::shared_ptr<Shared>& kept = kept_[group];
        if (kept == nullptr) {
            kept = std::make_shared<Shared>(arguments...);
        }
        return kept;
    }

private:
    std::map<std::string, std::shared_ptr<Shared>> kept_;
};

}  // namespace mayhem::drivers
