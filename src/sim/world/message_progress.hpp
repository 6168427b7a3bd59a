#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "mayhem/core/message.hpp"
#include "sim/chance/sometimes.hpp"

namespace mayhem::sim {

/// How far the messages of one process have come, as the ports see it. For what is counted when it is killed.
class message_progress {
public:
    enum class stage : std::uint8_t { entering, journalled, waiting, received, claimed, acting, acted, recorded };

    void reach(const core::message& m, stage s);
    void end(const core::message& m);

    /// The act on this incarnation has begun; or it is done.
    void reach(const std::string& target, const std::string& incarnation, stage s);

    /// Whose act on this incarnation has its place within the limits, and has not begun; nothing if that is not clear.
    [[nodiscard]] std::optional<std::string> whose(const std::string& group, const std::string& target,
                                                   const std::string& incarnation) const;

    /// Whether this one has its place within the limits, or has come further.
    [[nodiscard]] bool is_claimed(const core::message& m) const noexcept;

    /// Whether one of them has been claimed, and its act has not begun.
    [[nodiscard]] bool is_any_before_its_act() const noexcept;
    [[nodiscard]] bool has_any() const noexcept { return !messages_.empty(); }
    [[nodiscard]] bool has_group(const std::string& group) const noexcept;

    /// While it lives, the first word of an attempt is on its way to the disk.
    class saving {
    public:
        explicit saving(message_progress& p) noexcept : progress_(p) { ++progress_.saves_; }
        ~saving() { --progress_.saves_; }
        saving(const saving&) = delete;
        saving& operator=(const saving&) = delete;

    private:
        message_progress& progress_;
    };
    [[nodiscard]] bool is_saving() const noexcept { return saves_ > 0; }

    /// It is killed now.
    void note_kill(sometimes& rare) const;

private:
    struct one {
        std::string group;
        std::string target;
        std::string incarnation;
        stage at;
    };
    std::map<core::uuid, one> messages_;
    std::size_t saves_ = 0;
};

}  // namespace mayhem::sim
