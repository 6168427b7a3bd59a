#include "halts/file_sight.hpp"

#include <utility>

#include "system/folder_of.hpp"

namespace mayhem::app {

bool file_sight::look(const std::filesystem::path& file, seen then) {
    return calls_.start([file, then = std::move(then), add = folders_.get_adder()]() -> hanging_calls::step {
        const bool is_watched = add(system::folder_of(file));
        halt_look found = look_at_halt_file(file);
        return [then, is_watched, found = std::move(found)] { then(found, is_watched); };
    });
}

bool file_sight::attend(const std::filesystem::path& folder, std::function<void(bool)> then) {
    return calls_.start([folder, then = std::move(then), add = folders_.get_adder()]() -> hanging_calls::step {
        const bool is_watched = add(folder);
        return [then, is_watched] { then(is_watched); };
    });
}

}  // namespace mayhem::app
