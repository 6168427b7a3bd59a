#include "api/plan_json.hpp"

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

std::string_view name_of(seed_origin o) {
    switch (o) {
        case seed_origin::flag: return "flag";
        case seed_origin::config: return "config";
        case seed_origin::record: return "record";
        case seed_origin::drawn: break;
    }
    return "drawn";
}

json moment_json(const planned_moment& m) {
    return {
        {"at", core::utc_text(m.at)},       {"local", m.local},      {"timezone", m.zone},        {"group", m.group},
        {"message", m.message.to_string()}, {"action", m.what.name}, {"parameters", m.what.with}, {"draw", m.draw}};
}

json windows_json(const std::vector<allowed_window>& all) {
    json windows = json::array();
    for (const allowed_window& w : all) {
        windows.push_back({{"group", w.group}, {"from", core::utc_text(w.from)}, {"to", core::utc_text(w.to)}});
    }
    return windows;
}

/// `{"seed": ..., "moments": [`, each of the moments on a line, and what is known at the end.
class plan_writer {
public:
    plan_writer(const printed_plan& p, const std::function<void(std::string_view)>& write) : write_(write) {
        const json head{{"seed", p.seed},
                        {"seed_from", name_of(p.origin)},
                        {"printed_at", core::utc_text(p.printed_at)},
                        {"dry_run", p.is_dry_run},
                        {"warnings", p.warnings}};
        std::string text = core::json_text(head);
        text.resize(text.rfind("\n}"));
        write_(text + ",\n  \"moments\": [");
    }

    void add(const planned_moment& m) {
        write_((is_first_ ? "\n    " : ",\n    ") + core::json_line(moment_json(m)));
        is_first_ = false;
    }

    void end(const std::vector<std::string>& unplanned, const std::vector<allowed_window>& windows, bool is_cut) {
        json tail{{"is_cut", is_cut}, {"unplanned_groups", unplanned}};
        if (!windows.empty()) {
            tail["windows"] = windows_json(windows);
        }
        write_((is_first_ ? "]," : "\n  ],") + core::json_text(tail).substr(1));
    }

private:
    const std::function<void(std::string_view)>& write_;
    bool is_first_ = true;
};

}  // namespace

std::string to_json(const printed_plan& p) {
    std::string all;
    const std::function<void(std::string_view)> write = [&all](std::string_view text) { all += text; };
    plan_writer writer(p, write);
    for (const planned_moment& m : p.moments) {
        writer.add(m);
    }
    writer.end(p.unplanned, p.windows, p.is_cut);
    return all;
}

void write_json(const printed_plan& p, plan_walk& walk, const std::function<void(std::string_view)>& write) {
    plan_writer writer(p, write);
    while (const std::optional<planned_moment> m = walk.next()) {
        writer.add(*m);
    }
    writer.end(walk.unplanned(), walk.windows(), walk.is_cut());
}

}  // namespace mayhem::app
