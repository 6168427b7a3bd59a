#include "api/survey.hpp"

#include <algorithm>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "assembly/bystander.hpp"
#include "drivers/contract/explainer.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "pipeline/model/list_targets.hpp"

namespace mayhem::app {

namespace {

struct site {
    const group_config* group = nullptr;
    warning_collector told;
    std::unique_ptr<ports::driver> driver;
    std::vector<core::target> targets;
    std::vector<std::string> findings;
};

/// What two groups that mean the same thing both call it. Not its incarnation: that of a container has the number of
/// its pauses in a group that pauses.
std::string called(const site& s, const core::target& t) {
    const bool has_unique_name = s.driver->scope() == ports::target_scope::incarnation;
    return std::string(s.driver->kind()) + '\n' + (has_unique_name ? t.name : t.id + '\n' + t.incarnation);
}

void find_shared_targets(std::list<site>& sites) {
    constexpr std::size_t named_max = 3;
    std::unordered_map<std::string, const site*> owners;
    for (site& s : sites) {
        std::map<std::string, std::vector<std::string>> shared;  // by group
        for (const core::target& t : s.targets) {
            const site* const owner = owners.try_emplace(called(s, t), &s).first->second;
            if (owner->group != s.group) {
                shared[owner->group->settings.name].push_back(t.name);
            }
        }
        for (const auto& [group, names] : shared) {
            s.findings.push_back("selects what group '" + group +
                                 "' selects as well: " + core::first_few(names, named_max) +
                                 "; each group counts its own limits: let one of them leave them out");
        }
    }
}

std::string why_ageless(const site& s, const std::vector<core::target>& targets) {
    const core::duration min_age = s.group->settings.limits.min_age;
    const auto ageless = std::ranges::count_if(targets, [](const core::target& t) { return !t.started_at; });
    if (min_age <= core::duration{} || ageless == 0) {
        return {};
    }
    const std::string remedy = s.driver->kind() == "command"
                                   ? "let the command list print the start as the fourth field"
                                   : "leave min_age out";
    return std::to_string(ageless) + " of " + std::to_string(targets.size()) + " targets can never reach min_age (" +
           core::format_duration(min_age) + "), because nothing tells when they started: " + remedy;
}

/// Those who cannot be back in time, by what their owner is set to.
void tell_waits(site& s) {
    constexpr std::size_t told_max = 5;
    const auto* const explainer = dynamic_cast<const drivers::explainer*>(s.driver.get());
    const auto timeout = s.group->settings.recovery_timeout;
    std::vector<std::string> names;
    std::string because;
    for (const core::target& t : s.targets) {
        const auto wait = explainer == nullptr ? std::nullopt : explainer->wait_for(t);
        if (wait && wait->at_least >= timeout) {
            names.push_back(t.name);
            because = wait->because;
        }
    }
    if (!names.empty()) {
        s.findings.push_back(core::first_few(names, told_max) + " cannot be back within recovery_timeout (" +
                             core::format_duration(timeout) + "), with " + because +
                             ": give the group a longer recovery_timeout, or shorten that");
    }
}

/// That its own parts fall with a target goes without saying, unless they are targets as well.
bool is_worth_a_word(const core::neighbour& n) { return !n.is_part || n.is_meant; }

/// What would go down with its targets: who is left alone for that, and who takes others of the group along.
async::awaitable<void> look_around(site& s) {
    const async::frame here;
    constexpr std::size_t told_max = 5;
    ports::neighbourhood* const around = s.driver->neighbours();
    if (around == nullptr || s.targets.empty()) {
        co_return;
    }
    const std::vector<core::reach> reaches = co_await around->reach_of(s.targets);
    std::vector<std::string> told;
    for (std::size_t i = 0; i < reaches.size(); ++i) {
        if (const auto why = core::why_out_of_reach(reaches[i], s.group->settings.reach)) {
            told.push_back(s.targets[i].name + " is left alone: " + *why);
        } else if (std::ranges::any_of(reaches[i].falls, is_worth_a_word)) {
            told.push_back(s.targets[i].name + " does not fall alone: " + core::describe(reaches[i]));
        }
    }
    const std::size_t more = told.size() > told_max ? told.size() - told_max : 0;
    told.resize(told.size() - more);
    std::ranges::move(told, std::back_inserter(s.findings));
    if (more > 0) {
        s.findings.push_back("and likewise " + std::to_string(more) + " more: \"mayhem eligible\" has them all");
    }
}

async::awaitable<std::string> why_nobody(site& s) {
    const async::frame here;
    std::string text = "no target matches now";
    auto* const explainer = dynamic_cast<drivers::explainer*>(s.driver.get());
    if (explainer == nullptr) {
        co_return text;
    }
    try {
        const std::vector<std::string> misses = co_await explainer->near_misses();
        for (const std::string& miss : misses) {
            text += ": " + miss;
        }
    } catch (const std::exception& e) {
        text += std::string("; whom it would match cannot be told: ") + e.what();
    }
    co_return text;
}

async::awaitable<void> look_at(site& s) {
    const async::frame here;
    std::optional<std::vector<core::target>> listed;
    std::string trouble;
    try {
        std::vector<core::target> found = co_await pipeline::list_targets(*s.driver, survey_limit);
        listed = std::move(found);
    } catch (const core::targets_unlisted& e) {
        trouble = e.what();
    }
    s.findings = s.told.warnings();
    if (!listed) {
        const bool is_told = std::ranges::any_of(
            s.findings, [&trouble](const std::string& f) { return trouble.find(f) != std::string::npos; });
        if (!is_told) {
            s.findings.push_back("its targets cannot be listed: " + trouble);
        }
        co_return;
    }
    if (listed->empty() && s.findings.empty()) {
        std::string nobody = co_await why_nobody(s);
        s.findings.push_back(std::move(nobody));
    }
    if (std::string ageless = why_ageless(s, *listed); !ageless.empty()) {
        s.findings.push_back(std::move(ageless));
    }
    s.targets = *std::move(listed);
    tell_waits(s);
    co_await look_around(s);
}

}  // namespace

std::vector<std::string> survey(const config& c) {
    bystander around(c);
    std::list<site> sites;
    async::task_group tasks(around.loop(), "survey", [](const async::task_failure&) {});
    for (const group_config& g : c.groups) {
        if (g.kind->is_simulated) {
            continue;
        }
        const std::vector<act_config> one_act{{.driver = g.driver}};
        for (const act_config& a : g.acts.empty() ? one_act : g.acts) {
            site& s = sites.emplace_back();
            s.group = &g;
            group_config one = g;
            one.driver = a.driver;
            try {
                s.driver = around.make_driver(one, s.told);
                tasks.spawn("look", look_at(s));
            } catch (const std::exception& e) {
                s.findings.emplace_back(e.what());
            }
        }
    }
    around.loop().run();
    find_shared_targets(sites);
    std::vector<std::string> all;
    for (const site& s : sites) {
        for (const std::string& finding : s.findings) {
            std::string text = "group '" + s.group->settings.name + "': " + finding;
            if (std::ranges::find(all, text) == all.end()) {  // what several of its actions find is said once
                all.push_back(std::move(text));
            }
        }
    }
    return all;
}

}  // namespace mayhem::app
