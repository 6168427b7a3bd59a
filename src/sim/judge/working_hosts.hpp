#pragma once

#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/judge/known_world.hpp"

namespace mayhem::sim {

/// The hosts whose daemons have been started, and whom nobody has asked since to finish and end.
class working_hosts {
public:
    void learn(const event& e) {
        if (std::holds_alternative<life_began>(e.what)) {
            started_.insert(e.host);
            drained_.erase(e.host);
        } else if (const auto* const a = std::get_if<asked>(&e.what); a != nullptr && a->what == wish_kind::drain) {
            drained_.insert(e.host);
        }
    }

    /// Those whose daemon lives and has a config, each with the newest.
    [[nodiscard]] std::vector<std::pair<std::string, known_world::config>> now(const known_world& w) const {
        std::vector<std::pair<std::string, known_world::config>> all;
        for (const std::string& host : started_) {
            const auto* const newest = w.configs(host).newest();
            if (newest != nullptr && w.is_alive(host) && !drained_.contains(host)) {
                all.emplace_back(host, *newest);
            }
        }
        return all;
    }

private:
    std::set<std::string> started_;
    std::set<std::string> drained_;
};

}  // namespace mayhem::sim
