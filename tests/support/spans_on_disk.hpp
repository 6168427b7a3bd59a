#pragma once

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "drivers/driver_kinds.hpp"
#include "mayhem/async/blocking.hpp"
#include "mayhem/async/frame.hpp"
#include "pipeline/model/span_keeper.hpp"
#include "stores/notes/undo_folder.hpp"
#include "support/may_act.hpp"

namespace mayhem::test {

/// What ends whatever a driver does that lasts, as in the daemon, with its notes in a folder of the test's.
class spans_on_disk {
public:
    spans_on_disk(
        async::blocking& threads, std::filesystem::path state_folder,
        pipeline::span_keeper::teller tell = [](std::string_view) {})
        : folder_(state_folder / "spans"), notes_(threads, std::move(state_folder)), keeper_(notes_, actions_, tell) {}

    /// Acts as the pipeline does.
    async::awaitable<ports::act_result> act(ports::driver& d, core::target t,
                                            const ports::go_ahead& may = test::may_act) {
        const async::frame here;
        ports::act_result result;
        if (ports::lasting* const lasting = d.lasts()) {
            result = co_await keeper_.carry_out(*lasting, t, may);
        } else {
            result = co_await d.restart(t, may);
        }
        co_return result;
    }

    [[nodiscard]] pipeline::span_keeper& keeper() noexcept { return keeper_; }
    [[nodiscard]] ports::undo_notes& notes() noexcept { return notes_; }
    [[nodiscard]] std::filesystem::path file_of_pause(const std::string& container_id) const {
        return notes_.file_of({.action = "pause", .subject = container_id, .life = {}, .where = {}, .name = {}});
    }

    /// No note is there, nor half of one.
    [[nodiscard]] bool has_no_note() const {
        return !std::filesystem::exists(folder_) || std::filesystem::is_empty(folder_);
    }

private:
    const std::filesystem::path folder_;
    const std::vector<std::unique_ptr<ports::action>> actions_ = drivers::make_actions();
    stores::undo_folder notes_;
    pipeline::span_keeper keeper_;
};

}  // namespace mayhem::test
