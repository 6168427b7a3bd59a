#include "pipeline/acted_incarnations.hpp"

#include <functional>
#include <string_view>

namespace mayhem::pipeline {

namespace {

std::uint64_t key_of(const core::message& m) noexcept {
    const std::hash<std::string_view> hash;
    std::uint64_t key = hash(m.group);
    key = key * 0x9e3779b97f4a7c15ULL ^ hash(m.target.id);
    return key * 0x9e3779b97f4a7c15ULL ^ hash(m.target.incarnation);
}

}  // namespace

bool acted_incarnations::claim(const core::message& m) {
    return claimed_.size() < incarnations_max && claimed_.insert(key_of(m)).second;
}

bool acted_incarnations::is_taken(const core::message& m) const {
    return claimed_.size() >= incarnations_max || claimed_.contains(key_of(m));
}

void acted_incarnations::release(const core::message& m) { claimed_.erase(key_of(m)); }

}  // namespace mayhem::pipeline
