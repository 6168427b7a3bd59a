#include "drivers/docker/docker_kind.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "drivers/contract/kept_for_group.hpp"
#include "drivers/contract/span_terms.hpp"
#include "drivers/docker/docker_driver.hpp"
#include "settings/signal.hpp"
#include "settings/texts.hpp"

namespace mayhem::drivers {

namespace {

using namespace std::chrono_literals;

constexpr auto own_keys = std::to_array<settings::key>({
    {"socket", "\"/var/run/docker.sock\""},
    {"label", ""},
    {"name", ""},
    {"image", ""},
    {"except", ""},
    {"opt_in", "true"},
    {"action", "\"restart\""},
    {"actions", ""},
    {"by_hand", ""},
    {"pause_for", "\"10s\""},
    {"for", "\"30s\""},
    {"how", "\"lose\""},
    {"direction", "\"both\""},
    {"ports", ""},
    {"peers", ""},
    {"loss", ""},
    {"latency", ""},
    {"jitter", "\"0s\""},
    {"directory", ""},
    {"fill_to", ""},
    {"keep_free", ""},
    {"cpu", ""},
    {"memory_high", ""},
    {"io_read", ""},
    {"io_write", ""},
    {"device", ""},
    {"signal", "\"KILL\""},
    {"stop_timeout", "\"10s\""},
    {"allow_dead", "false"},
    {"timeout", "\"10s\""},
});

constexpr std::array<std::string_view, 10> action_names{"restart", "kill", "crash", "pause", "cut",
                                                        "loss",    "dns",  "delay", "fill",  "throttle"};

/// Those with `for`.
constexpr std::array<std::string_view, 6> held_names{"cut", "loss", "dns", "delay", "fill", "throttle"};

bool excludes(std::string_view text) { return text.starts_with('!'); }

bool is_nameless(const std::string& label) {
    const std::string_view text = std::string_view(label).substr(excludes(label) ? 1 : 0);
    return text.empty() || text.starts_with('=') || excludes(text);
}

/// Those of `name`, and those of `except`.
std::vector<std::string> read_names(settings::section& section) {
    std::vector<std::string> names;
    if (read_text_or_texts(section, "name", names) &&
        std::ranges::any_of(names, [](const std::string& n) { return n.empty() || n == "!"; })) {
        section.fail("name", "contains an empty text: leave it out");
    }
    const std::vector<std::string> except = read_except(section);
    names.insert(names.end(), except.begin(), except.end());
    return names;
}

docker_selector read_selector(settings::section& section) {
    docker_selector selector;
    if (read_text_or_texts(section, "label", selector.labels) && std::ranges::any_of(selector.labels, &is_nameless)) {
        section.fail("label", "has no name: write \"name\" or \"name=value\"");
    }
    selector.names = name_patterns(read_names(section));
    if (section.read("image", selector.image) && excludes(*selector.image)) {
        section.fail("image", "cannot be excluded: exclude containers by name or label");
    }
    section.read("opt_in", selector.demands_opt_in);
    const auto keys = {"label", "name", "image"};
    if (std::ranges::none_of(keys, [&section](const char* key) { return section.has(key); })) {
        section.fail("selects nothing: give at least one of label, name and image");
    } else if (!section.has_failed() && !selector.image && selector.names.wanted().empty() &&
               std::ranges::all_of(selector.labels, &excludes)) {
        section.fail("selects nothing: it only excludes; give a label, name or image without \"!\" as well");
    } else if (!section.has_failed() && selector.excludes_everything()) {
        fail_excluded(section, section.has("name") ? "name" : "label");
    }
    return selector;
}

/// A key that has no effect is a mistake.
void refuse_without(settings::section& section, std::string_view key, bool has_effect, std::string_view actions) {
    if (!has_effect && section.has(key)) {
        section.fail(key, std::string("has an effect only with action = ").append(actions));
    }
}

void read_terms(settings::section& section, docker_driver_settings& settings) {
    const bool is_pause = settings.action == docker_action::pause;
    if (is_pause) {
        section.read("pause_for", settings.terms.length, {10ms, 1h});
    } else if (is_lasting(settings.action)) {
        settings.terms.length = 30s;
    }
    refuse_without(section, "pause_for", is_pause, "\"pause\"");
    read_span_terms(section, to_string(settings.action), held_names, settings.terms);
}

std::any read(settings::section& section) {
    docker_driver_settings settings;
    settings.selector = read_selector(section);
    section.read("socket", settings.socket);
    if (!settings.socket.starts_with('/')) {
        section.fail("socket", "must be the absolute path of a Unix socket, such as \"/run/podman/podman.sock\"");
    }
    const bool is_action_read =
        !section.has("action") || section.read("action", settings.action, parse_docker_action, action_names);
    read_signal(section, settings.signal);
    std::chrono::nanoseconds stop_timeout = settings.stop_timeout;
    section.read("stop_timeout", stop_timeout, {1s, 1h});
    settings.stop_timeout = std::chrono::duration_cast<std::chrono::seconds>(stop_timeout);
    if (settings.stop_timeout != stop_timeout) {
        section.fail("stop_timeout", "must be whole seconds: the engines know no others");
    }
    section.read("allow_dead", settings.allow_dead);
    section.read("timeout", settings.timeout, {10ms, 1h});
    if (is_action_read) {
        const bool is_signalled = settings.action == docker_action::kill || settings.action == docker_action::crash;
        read_terms(section, settings);
        refuse_without(section, "signal", is_signalled, "\"kill\" or \"crash\"");
        refuse_without(section, "stop_timeout", settings.action == docker_action::restart, "\"restart\"");
    }
    return settings;
}

std::unique_ptr<driver_factory> open(const driver_surroundings& s) {
    return make_plain_factory<docker_driver_settings>(
        [&pool = s.pool, flow_name = s.flow_name, own = s.own_files, kept = kept_for_group<span_count>()](
            const docker_driver_settings& settings, const std::string& group, once_teller::teller warn) mutable {
            docker_driver_settings mine = settings;
            mine.terms.disk.spared = own;
            return std::make_unique<docker_driver>(std::move(mine), flow_name, pool, std::move(warn),
                                                   kept.of(group, flow_name));
        });
}

std::unique_ptr<ports::action> make_pause() { return std::make_unique<docker_pause>(); }

std::optional<std::chrono::nanoseconds> lasts(const std::any& settings) {
    const auto& of = std::any_cast<const docker_driver_settings&>(settings);
    return is_lasting(of.action) ? std::optional(of.terms.length) : std::nullopt;
}

std::string_view act(const std::any& settings) {
    return to_string(std::any_cast<const docker_driver_settings&>(settings).action);
}

}  // namespace

const driver_kind docker_kind{.name = "docker",
                              .keys = own_keys,
                              .read = &read,
                              .open = &open,
                              .make_action = &make_pause,
                              .lasts = &lasts,
                              .actions = action_names,
                              .act = &act};

}  // namespace mayhem::drivers
