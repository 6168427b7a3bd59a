#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "sim/judge/event.hpp"
#include "sim/judge/latch.hpp"

namespace mayhem::sim {

/// What an operator may take for granted about the halt of one host, from what he was told. Each door is a latch of its
/// own. The config's: what the file says is not known while a reload is under way, so it may be either then. A value.
class halt_ledger {
public:
    void learn(const event& e);

    /// Whether it is halted at `at`, by an answer more than `since` before it, whatever is uncertain: then the sequence
    /// number of the answer.
    [[nodiscard]] std::optional<std::uint64_t> certainly_halted(const when& at, core::duration since) const;

    /// Whether it may be halted at `at`.
    [[nodiscard]] bool may_be_halted(const when& at) const;

private:
    /// What a new life reads in the config is wished by nobody; operators' wishes are counted from 1.
    static constexpr std::uint64_t nobodys_wish = 0;

    void begin_life(const event& e);
    void take_config(const event& e, const config_in_force& c);
    void ask(const event& e, const asked& a);
    void hear(const event& e, const answered& a);

    [[nodiscard]] latch& at(door d) noexcept { return doors_[d == door::file ? 1 : d == door::config ? 2 : 0]; }

    std::array<latch, 3> doors_;  ///< the database is the command's
    std::map<std::uint64_t, bool>
        reloads_;               ///< without an answer: whether a config came into force since they were asked for
    bool is_starting_ = false;  ///< the next config is that with which the life begins
};

}  // namespace mayhem::sim
