#include "probes/prometheus_answer.hpp"

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/first_few.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "probes/answer_text.hpp"

namespace mayhem::probes {

namespace {

using nlohmann::json;

std::string text_in(const json& in, const char* key) {
    const auto found = in.find(key);
    return found != in.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// `{instance="a:80", job="web"}`, as a person reads a series; empty for one without labels.
std::string describe_series(const json& labels) {
    std::string text;
    for (const auto& [name, value] : labels.items()) {
        text += (text.empty() ? "" : ", ") + name + "=\"" + (value.is_string() ? value.get<std::string>() : "?") + '"';
    }
    return text.empty() ? text : '{' + shortened(text) + '}';
}

/// [time, "number"].
core::result<double> read_sample(const json& sample) {
    if (!sample.is_array() || sample.size() != 2 || !sample[1].is_string()) {
        return core::failure{"is none"};
    }
    return core::parse_number(sample[1].get_ref<const std::string&>());
}

struct reading {
    std::string series;
    double value = 0.0;
};

ports::probe_result judge(const std::vector<reading>& readings, const core::threshold& t) {
    if (readings.empty()) {
        return fails("no data: the query finds no series now");
    }
    std::vector<std::string> bad;
    for (const reading& r : readings) {
        if (!t.is_met_by(r.value)) {
            bad.push_back((r.series.empty() ? "it" : r.series) + " is " + core::describe_number(r.value));
        }
    }
    if (!bad.empty()) {
        const std::string how_many =
            readings.size() == 1 ? ""
                                 : std::to_string(bad.size()) + " of " + std::to_string(readings.size()) + " series: ";
        return fails(how_many + core::first_few(bad, named_max) + ", not " + t.describe());
    }
    return {.passes = true,
            .detail = (readings.size() == 1 ? core::describe_number(readings.front().value)
                                            : "all " + std::to_string(readings.size()) + " series are") +
                      (readings.size() == 1 ? " is " : " ") + t.describe()};
}

ports::probe_result judge_vector(const json& series, const core::threshold& t) {
    if (!series.is_array()) {
        return fails("is no answer of Prometheus: its vector is no list");
    }
    if (series.size() > series_max) {
        return fails("gives " + std::to_string(series.size()) + " series, more than " + std::to_string(series_max) +
                     ": aggregate them, with sum() or max()");
    }
    std::vector<reading> readings;
    for (const json& one : series) {
        if (!one.is_object() || !one.contains("metric") || !one["metric"].is_object()) {
            return fails("is no answer of Prometheus: a series without labels");
        }
        std::string name = describe_series(one["metric"]);
        if (one.contains("histogram")) {
            return fails((name.empty() ? "the series" : name) + " is a histogram, which is no number: take a quantile");
        }
        const core::result<double> value = read_sample(one.contains("value") ? one["value"] : json());
        if (!value) {
            return fails("is no answer of Prometheus: a series without a number");
        }
        readings.push_back({std::move(name), *value});
    }
    return judge(readings, t);
}

ports::probe_result judge_data(const json& data, const core::threshold& t) {
    if (!data.is_object() || !data.contains("result")) {
        return fails("is no answer of Prometheus: it has no result");
    }
    const std::string type = text_in(data, "resultType");
    if (type == "vector") {
        return judge_vector(data["result"], t);
    }
    if (type == "scalar") {
        const core::result<double> value = read_sample(data["result"]);
        return value ? judge({{.series = {}, .value = *value}}, t)
                     : fails("is no answer of Prometheus: a scalar without a number");
    }
    if (type == "matrix" || type == "string") {
        return fails("gives a " + std::string(type == "matrix" ? "range" : "text") +
                     ", not numbers of one moment: write a query that a table in Prometheus shows with values");
    }
    return fails("is no answer of Prometheus: result type '" + shortened(type) + "'");
}

}  // namespace

ports::probe_result judge_prometheus(int status, std::string_view body, const core::threshold& t) {
    const json parsed = core::parse_json<json>(body);
    const bool is_object = parsed.is_object();
    if (!is_success(status)) {
        const std::string said = is_object ? shortened(text_in(parsed, "error")) : std::string();
        return fails(describe_status(status) + (said.empty() ? "" : ": " + said));
    }
    if (!is_object || text_in(parsed, "status") != "success" || !parsed.contains("data")) {
        return fails(
            "is no answer of Prometheus: " + std::string(parsed.is_discarded() ? "no JSON" : "unexpected JSON") +
            "; is the URL that of its server?");
    }
    return judge_data(parsed["data"], t);
}

}  // namespace mayhem::probes
