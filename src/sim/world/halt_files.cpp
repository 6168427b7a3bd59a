#include "sim/world/halt_files.hpp"

#include <utility>

namespace mayhem::sim {

void halt_files::make(std::string why) {
    is_there_ = true;
    why_ = std::move(why);
    wish(wish_kind::halt);
}

void halt_files::remove() {
    is_there_ = false;
    wish(wish_kind::resume);
}

void halt_files::wish(wish_kind what) {
    const std::uint64_t id = scene_.log.next_id();
    wishes_.push_back({id, ++changes_});
    scene_.log.tell(asked{.wish = id, .what = what, .door = door::file, .group = {}, .target = {}});
    if (on_change) {
        on_change();
    }
}

void halt_files::note_look(std::uint64_t change) {
    std::erase_if(wishes_, [&](const open_wish& w) {
        const bool is_seen = w.change <= change;
        if (is_seen) {
            scene_.log.tell(answered{.wish = w.id, .answer = answer::ok, .error = {}});
        }
        return is_seen;
    });
}

}  // namespace mayhem::sim
