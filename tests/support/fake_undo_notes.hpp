#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/ports/undo_notes.hpp"
#include "pipeline/model/span_keeper.hpp"

namespace mayhem::test {

/// Notes in memory, which a test may look at and have fail.
class fake_undo_notes final : public ports::undo_notes {
public:
    std::vector<ports::undo_note> notes;
    int add_failures = 0;     ///< so many calls fail from now on, with "the disk is full"
    int remove_failures = 0;  ///< likewise

    async::awaitable<void> add(ports::undo_note n) override {
        const async::frame here;
        fail(add_failures);
        drop(n);
        notes.push_back(std::move(n));
        co_return;
    }
    async::awaitable<void> remove(ports::undo_note n) override {
        const async::frame here;
        fail(remove_failures);
        drop(n);
        co_return;
    }
    async::awaitable<found> all() override {
        const async::frame here;
        co_return found{.notes = notes, .unreadable = {}};
    }

private:
    static void fail(int& failures) {
        if (failures > 0) {
            --failures;
            throw core::store_failed("the disk is full");
        }
    }
    void drop(const ports::undo_note& n) {
        std::erase_if(notes, [&n](const auto& o) { return o.action == n.action && o.subject == n.subject; });
    }
};

/// For a pipeline in which nothing lasts.
struct no_spans {
    fake_undo_notes notes;
    pipeline::span_keeper keeper{notes, {}, [](std::string_view) {}};
};

}  // namespace mayhem::test
