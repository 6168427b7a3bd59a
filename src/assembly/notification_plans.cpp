#include "assembly/notification_plans.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "http/url.hpp"
#include "notify/webhook_sender.hpp"
#include "system/secret_file.hpp"

namespace mayhem::app {

namespace {

class secret_reader {
public:
    explicit secret_reader(std::string_view file) : file_(file) {}

    /// Empty when there is none, and when it cannot be read, which is remembered.
    std::string read(const secret_file& secret) {
        try {
            return secret.path.empty() ? std::string() : system::read_secret_file(secret.path);
        } catch (const std::runtime_error& e) {
            complain(secret, e.what());
            return {};
        }
    }

    std::string read_url(const webhook_config& w) {
        if (!w.url.empty()) {
            return w.url;
        }
        std::string url = read(w.url_file);
        const std::string fault = url.empty() ? "" : http::find_fault(url);
        if (!fault.empty()) {
            complain(w.url_file, "the URL in the first line of " + w.url_file.path + " " + fault);
        }
        return url;
    }

    std::vector<settings::error> take() { return std::move(errors_); }

private:
    void complain(const secret_file& secret, const std::string& what) {
        errors_.push_back(
            {.file = file_, .line = secret.line, .column = secret.column, .text = secret.key + ": " + what});
    }

    std::string file_;
    std::vector<settings::error> errors_;
};

}  // namespace

core::result<std::vector<notify::destination_plan>, std::vector<settings::error>> plan_notifications(
    const config& c, std::string_view file) {
    secret_reader secrets(file);
    std::vector<notify::destination_plan> plans;
    for (const webhook_config& w : c.webhooks) {
        notify::webhook_settings settings;
        settings.name = w.settings.name;
        settings.url = secrets.read_url(w);
        settings.token = secrets.read(w.token_file);
        settings.body = w.body;
        settings.timeout = w.timeout;
        plans.push_back({w.settings, std::make_shared<notify::webhook_sender>(std::move(settings))});
    }
    for (const hook_config& h : c.hooks) {
        plans.push_back({h.settings, std::make_shared<notify::hook_sender>(h.hook)});
    }
    std::vector<settings::error> errors = secrets.take();
    if (!errors.empty()) {
        return core::failure{std::move(errors)};
    }
    return plans;
}

std::string host_name() {
    std::array<char, 256> name{};
    const bool is_known = ::gethostname(name.data(), name.size() - 1) == 0;
    return is_known ? name.data() : "";
}

}  // namespace mayhem::app
