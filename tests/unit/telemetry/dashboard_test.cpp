// Proves that docs/grafana-dashboard.json asks for metrics and labels that there are, and leaves out none of the
// metrics.
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "telemetry/metric_families.hpp"

namespace mayhem::telemetry {
namespace {

using nlohmann::json;

/// The labels of each family, by its name.
std::map<std::string, std::set<std::string>> labels_of_families() {
    group_counter counter;
    core::message m;
    m.group = "web";
    counter.observe({.kind = ports::step_kind::published, .message = m});
    counter.observe({.kind = ports::step_kind::refused, .message = m, .refused_by = core::guard::dry_run});
    service_numbers now;
    now.notifications = {{.kind = "webhook"}};
    std::map<std::string, std::set<std::string>> all;
    for (const prometheus::MetricFamily& f : metric_families(counter, {}, now)) {
        std::set<std::string>& labels = all[f.name];
        for (const prometheus::ClientMetric& one : f.metric) {
            for (const prometheus::ClientMetric::Label& label : one.label) {
                labels.insert(label.name);
            }
        }
        if (f.type == prometheus::MetricType::Histogram) {
            std::set<std::string> of_buckets = labels;
            of_buckets.insert("le");
            all[f.name + "_bucket"] = of_buckets;
        }
    }
    return all;
}

std::vector<std::string> queries() {
    const json board = json::parse(std::ifstream(MAYHEM_SOURCE "/docs/grafana-dashboard.json"));
    std::vector<std::string> all;
    for (const json& panel : board.at("panels")) {
        for (const json& target : panel.at("targets")) {
            all.push_back(target.at("expr"));
        }
    }
    return all;
}

std::vector<std::string> matches(const std::string& text, const std::regex& what, int group) {
    return {std::sregex_token_iterator(text.begin(), text.end(), what, group), std::sregex_token_iterator()};
}

const std::regex metric_name{R"(mayhem_\w+)"};

TEST(DashboardTest, AsksForMetricsAndLabelsThatThereAre) {
    const auto families = labels_of_families();

    for (const std::string& query : queries()) {
        const std::vector<std::string> names = matches(query, metric_name, 0);
        EXPECT_EQ(names.size(), 1U) << query;
        for (const std::string& name : names) {
            ASSERT_TRUE(families.contains(name)) << name << " in " << query;
            for (const std::string& list : matches(query, std::regex(R"(by \(([^)]*)\))"), 1)) {
                for (const std::string& label : matches(list, std::regex(R"(\w+)"), 0)) {
                    EXPECT_TRUE(families.at(name).contains(label)) << label << " in " << query;
                }
            }
        }
    }
}

TEST(DashboardTest, ShowsEveryMetric) {
    std::string shown;
    for (const std::string& query : queries()) {
        shown += query + ' ';
    }

    for (const auto& [name, labels] : labels_of_families()) {
        EXPECT_NE(shown.find(name), std::string::npos) << name << " is in no panel";
    }
}

}  // namespace
}  // namespace mayhem::telemetry
