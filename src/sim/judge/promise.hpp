#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/judge/event.hpp"
#include "sim/judge/findings.hpp"
#include "sim/judge/known_world.hpp"

namespace mayhem::sim {

/// One promise of the daemon, which is kept or broken. Incremental: each event is told twice, and costs a look-up or
/// two.
///
/// What it says must hold for every choice of points inside the intervals; it is broken only if every choice breaks it.
class promise {
public:
    /// Both must outlive it. `name` is stable and a literal.
    promise(std::string_view name, const known_world& world, findings& found)
        : world_(world), name_(name), found_(found) {
        found_.expect(name_);
    }
    promise(const promise&) = delete;
    promise& operator=(const promise&) = delete;
    virtual ~promise() = default;

    [[nodiscard]] std::string_view name() const noexcept { return name_; }

    /// It has happened, or is about to: in the order of what is the earliest for each.
    virtual void learn(const event& e) { (void)e; }

    /// By now everything that may have been before it is known: in the order of what is the latest for each. For points
    /// this comes right after `learn`.
    virtual void decide(const event& e) { (void)e; }

    /// Everything that may have been before `now` is known: for what has a deadline.
    virtual void pass(steady_time now) { (void)now; }

protected:
    void kept() { found_.decide(name_); }
    void unknown() { found_.leave_undecided(name_); }
    void broken(std::string text, std::vector<std::uint64_t> events) {
        found_.decide(name_);
        found_.add({.promise = std::string(name_), .text = std::move(text), .events = std::move(events)});
    }
    void excused(std::string text) { found_.excuse(name_, std::move(text)); }

    /// Null: there was no trouble that would excuse it.
    void broken_unless(const known_trouble* trouble, std::string text, std::vector<std::uint64_t> events) {
        if (trouble != nullptr) {
            excused(text + "; the world was in trouble: " + trouble->what.what);
        } else {
            broken(std::move(text), std::move(events));
        }
    }

    const known_world& world_;

private:
    std::string_view name_;
    findings& found_;
};

}  // namespace mayhem::sim
