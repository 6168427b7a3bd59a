#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "halts/halt_sight.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::test {

/// A file system whose answers come when the test says so: at once, unless it `hangs`. The loop's thread only.
class fake_sight final : public app::halt_sight {
public:
    bool look(const std::filesystem::path& file, seen then) override {
        looks.push_back(file.string());
        if (hangs) {
            hanging.push_back(std::move(then));
        } else {
            then(found, is_watched);
        }
        return can_begin;
    }
    bool attend(const std::filesystem::path& folder, std::function<void(bool)> then) override {
        attended.push_back(folder.string());
        if (!hangs) {
            then(is_watched);
        }
        return !hangs;
    }
    async::awaitable<void> change() override {
        const async::frame here;
        co_await changed.wait();
        changed.clear();
    }

    /// The oldest look that hangs is answered.
    void answer() {
        seen then = std::move(hanging.front());
        hanging.pop_front();
        then(found, is_watched);
    }

    app::halt_look found = std::optional<app::halt_note>{};
    bool is_watched = true;
    bool hangs = false;
    bool can_begin = true;
    async::event changed;
    std::vector<std::string> looks;
    std::vector<std::string> attended;
    std::deque<seen> hanging;
};

inline app::halt_look there(std::string why = {}) {
    return std::optional(app::halt_note{.since = core::wall_time{}, .why = std::move(why)});
}
inline app::halt_look absent() { return std::optional<app::halt_note>{}; }
inline app::halt_look unknown(std::string why) { return core::failure{std::move(why)}; }

}  // namespace mayhem::test
