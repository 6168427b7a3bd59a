#include "api/absence.hpp"

#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "api/survey.hpp"
#include "assembly/bystander.hpp"
#include "drivers/contract/explainer.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::app {

namespace {

struct site {
    std::string group;
    warning_collector told;
    std::unique_ptr<ports::driver> driver;
    std::vector<std::string> sentences;
};

async::awaitable<void> ask(site& s, std::string name) {
    const async::frame here;
    auto* const explainer = dynamic_cast<drivers::explainer*>(s.driver.get());
    if (explainer == nullptr) {
        co_return;
    }
    std::string trouble;
    try {
        std::optional<std::vector<std::string>> told =
            co_await async::with_timeout(explainer->explain(std::move(name)), survey_limit);
        if (told) {
            s.sentences = *std::move(told);
        }
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        s.sentences.push_back("cannot look: " + trouble);
    }
}

}  // namespace

std::vector<std::string> explain_absence(const config& c, const std::string& name) {
    bystander around(c);
    std::list<site> sites;
    async::task_group tasks(around.loop(), "absence", [](const async::task_failure&) {});
    for (const group_config& g : c.groups) {
        site& s = sites.emplace_back();
        s.group = g.settings.name;
        try {
            s.driver = around.make_driver(g, s.told);
            tasks.spawn("ask", ask(s, name));
        } catch (const std::exception& e) {
            s.sentences.emplace_back(e.what());
        }
    }
    around.loop().run();
    std::vector<std::string> all;
    for (const site& s : sites) {
        for (const std::string& sentence : s.sentences) {
            all.push_back("group '" + s.group + "': " + sentence);
        }
    }
    return all;
}

}  // namespace mayhem::app
