#include "pipeline/acted_incarnations.hpp"

#include <functional>
#include <string_view>

namespace mayhem::pipeline {

acted_incarnations::key acted_incarnations::key_of(const core::message& m) noexcept {
    const std::hash<std::string_view> hash;
    std::uint64_t mixed = hash(m.group);
    mixed = mixed * 0x9e3779b97f4a7c15ULL ^ hash(m.target.id);
    return key{mixed * 0x9e3779b97f4a7c15ULL ^ hash(m.target.incarnation)};
}

bool acted_incarnations::claim(key k) { return claimed_.size() < incarnations_max && claimed_.insert(k).second; }

bool acted_incarnations::is_taken(key k) const { return claimed_.size() >= incarnations_max || claimed_.contains(k); }

void acted_incarnations::release(key k) { claimed_.erase(k); }

}  // namespace mayhem::pipeline
