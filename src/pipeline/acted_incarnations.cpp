#include "pipeline/acted_incarnations.hpp"

#include "mayhem/core/text_hash.hpp"

namespace mayhem::pipeline {

acted_incarnations::key acted_incarnations::key_of(const core::message& m) noexcept {
    return key{core::text_hash(m.target.incarnation, core::text_hash(m.target.id, core::text_hash(m.group)))};
}

bool acted_incarnations::claim(key k) {
    if (is_taken(k)) {
        return false;
    }
    (void)claimed_.add(hash_of(k));
    return true;
}

bool acted_incarnations::is_taken(key k) const noexcept { return claimed_.size() >= incarnations_max || has(k); }

void acted_incarnations::release(key k) noexcept { (void)claimed_.remove(hash_of(k)); }

void acted_incarnations::settle(key k) {
    if (!has(k)) {
        return;
    }
    leftovers_.push_back(k);
    if (leftovers_.size() > leftovers_max) {
        release(leftovers_.front());
        leftovers_.pop_front();
    }
}

}  // namespace mayhem::pipeline
