#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "api/page/page_facts.hpp"
#include "api/page/plan_book.hpp"
#include "record/day_record.hpp"
#include "record/recovery_book.hpp"

namespace mayhem::app {

/// What of a glance is asked for.
struct glance_question {
    std::string find{};        ///< only groups with this in their name; empty: all
    std::size_t rows = 25;     ///< groups, at most
    std::size_t targets = 12;  ///< beside their own past, at most
};

/// The pictures of the page as JSON (docs/openapi.json): the daemon's facts, the plan and the record, put together and
/// judged here, so that who draws them decides nothing. Bounded in size however many groups and attempts there are.
/// Keeps what it has read and planned; one thread at a time, and not the loop's. Everything throws
/// `core::store_failed`.
class page_view {
public:
    /// The zone of the page: the config's, or the host's.
    [[nodiscard]] static core::zone zone_of(const config& c);

    [[nodiscard]] std::string glance(const page_facts& f, const glance_question& q, std::stop_token stop);

    /// What is under way, what is next and what was last, of every group: for a terminal.
    [[nodiscard]] std::string outlook(const page_facts& f, std::stop_token stop);

    /// One group: its days, its targets, who refused. Nothing: there is no such group.
    [[nodiscard]] std::optional<std::string> group(const page_facts& f, const std::string& name, std::size_t from,
                                                   std::stop_token stop);

    /// One target, by id or name: every act on it since then against its own past. Nothing: it was never acted on, and
    /// there is no such group.
    [[nodiscard]] std::optional<std::string> target(const page_facts& f, const std::string& group,
                                                    const std::string& name, std::chrono::days since,
                                                    std::stop_token stop);

private:
    void refresh(const page_facts& f, std::stop_token stop);

    plan_book plans_;
    stores::recovery_book recoveries_;
};

}  // namespace mayhem::app
