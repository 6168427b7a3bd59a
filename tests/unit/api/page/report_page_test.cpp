// Proves that a report in a file by itself holds its data, tables for whoever runs no script, and nothing that names
// from outside could make of it; that it is drawn is proved in a browser (tests/integration/page).
#include "api/page/report_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/page/page_files.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* evil = "</script><img src=x onerror=alert(1)>\u202e";

class ReportPageTest : public testing::Test {
protected:
    stores::history_row attempt(const std::string& target, core::verdict v) {
        stores::history_row row;
        row.group = "web";
        row.target = target;
        row.name = target;
        row.message_state = "acked";
        row.started_at = *core::parse_moment("2026-11-27T10:00:00Z") + std::chrono::minutes{number_++};
        row.planned_at = row.started_at;
        row.ended_at = row.started_at + std::chrono::seconds{2};
        row.verdict = v;
        row.recovery = std::chrono::milliseconds{1500};
        row.error = v == core::verdict::recovered ? "" : "it is gone";
        row.act = "restart";
        return row;
    }
    std::string html() {
        const stores::report report = stores::summarise(history_);
        return report_html({.report = report,
                            .history = history_,
                            .pasts = {},
                            .title = "2 restarts, 1 came back",
                            .subtitle = "group web",
                            .store = "/var/lib/mayhem/mayhem.db",
                            .as_of = *core::parse_moment("2026-11-27T12:00:00Z"),
                            .zone = core::zone::utc()});
    }
    static std::string between(const std::string& text, const std::string& from, const std::string& to) {
        const std::size_t begin = text.find(from) + from.size();
        return text.substr(begin, text.find(to, begin) - begin);
    }
    static json data_of(const std::string& html) {
        return json::parse(between(html, "<script type=\"application/json\" id=\"data\">", "</script>"));
    }

    stores::history history_;
    int number_ = 0;
};

TEST_F(ReportPageTest, HoldsItsData) {
    history_.attempts = {attempt("web-1", core::verdict::recovered), attempt("web-2", core::verdict::not_recovered)};

    const json data = data_of(html());

    EXPECT_EQ(data["title"], "2 restarts, 1 came back");
    EXPECT_EQ(data["attempts"].size(), 2U);
    EXPECT_EQ(data["attempts"][1]["verdict"], "not_recovered");
    EXPECT_EQ(data["report"]["total"]["restarts"], 2);
    EXPECT_EQ(data["report"]["targets"].size(), 2U);
    EXPECT_EQ(data["is_cut"], false);
    EXPECT_EQ(data["zone"], core::zone::utc().name());
}

TEST_F(ReportPageTest, SaysTheSameInTablesForWhoRunsNoScript) {
    history_.attempts = {attempt("web-1", core::verdict::recovered), attempt("web-2", core::verdict::not_recovered)};

    const std::string text = html();
    const std::string main = between(text, "<main", "</main>");

    EXPECT_THAT(main, HasSubstr("<h1>2 restarts, 1 came back</h1><p>group web</p>"));
    EXPECT_THAT(main, HasSubstr("<td>web</td><td>web-1</td><td>1</td><td>1</td><td>0</td>"));
    EXPECT_THAT(main, HasSubstr("<td>2026-11-27T10:01:00Z</td><td>web</td><td>web-2</td><td>not_recovered</td>"));
    EXPECT_THAT(main, HasSubstr("it is gone"));
    EXPECT_THAT(main, HasSubstr("<td>1.500 s</td>"));
    EXPECT_LT(text.find("</main>"), text.find("<script"));
}

TEST_F(ReportPageTest, NamesFromOutsideAreText) {
    history_.attempts = {attempt(evil, core::verdict::not_recovered)};
    history_.attempts[0].error = evil;

    const std::string text = html();

    EXPECT_THAT(text, Not(HasSubstr("<img")));
    EXPECT_EQ(data_of(text)["attempts"][0]["target"], evil);
    EXPECT_THAT(text, HasSubstr("&lt;img src=x onerror=alert(1)&gt;?"));
}

TEST_F(ReportPageTest, MayRunItsOwnScriptAndAskNobody) {
    const std::string policy = between(html(), "http-equiv=\"Content-Security-Policy\" content=\"", "\"");

    EXPECT_THAT(policy, StartsWith("default-src 'none'; script-src 'sha256-"));
    EXPECT_THAT(policy, HasSubstr("; style-src 'sha256-"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(policy, Not(HasSubstr("http")));
    EXPECT_THAT(html(), Not(HasSubstr("src=\"")));
    EXPECT_THAT(html(), Not(HasSubstr(" style=")));
    EXPECT_EQ(files_of_report().script.find("</script"), std::string_view::npos);
    EXPECT_EQ(files_of_report().style.find("</style"), std::string_view::npos);
}

TEST_F(ReportPageTest, IsBoundedHoweverMuchThereIs) {
    for (int i = 0; i < 5'000; ++i) {
        history_.attempts.push_back(attempt("web-1", core::verdict::recovered));
    }

    const std::string text = html();
    const json data = data_of(text);

    EXPECT_EQ(data["attempts"].size(), 2'000U);
    EXPECT_EQ(data["is_cut"], true);
    EXPECT_EQ(data["report"]["total"]["restarts"], 5'000);
    EXPECT_EQ(data["attempts"].back()["started_at"], core::utc_text(history_.attempts.back().started_at));
    EXPECT_LT(text.size(), 4U * 1024 * 1024);
}

TEST_F(ReportPageTest, IsAPageOfNothingAsWell) { EXPECT_TRUE(data_of(html())["attempts"].empty()); }

}  // namespace
}  // namespace mayhem::app
