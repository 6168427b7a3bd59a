#include "api/page/page_files.hpp"

#include <array>

// Between two symbols stands a file of MAYHEM_PAGE, byte by byte.
#define MAYHEM_EMBED(name, file)                                                                     \
    asm(".pushsection .rodata\n.global mayhem_page_" name "_begin\n.global mayhem_page_" name        \
        "_end\nmayhem_page_" name "_begin:\n.incbin \"" MAYHEM_PAGE "/" file "\"\nmayhem_page_" name \
        "_end:\n.byte 0\n.popsection\n")

MAYHEM_EMBED("html", "index.html");
MAYHEM_EMBED("js", "dist/app.js");
MAYHEM_EMBED("css", "dist/app.css");
MAYHEM_EMBED("icon", "icon.svg");
MAYHEM_EMBED("report", "dist/report.js");
MAYHEM_EMBED("policy", "dist/report.policy");

extern "C" {
extern const char mayhem_page_html_begin[];
extern const char mayhem_page_html_end[];
extern const char mayhem_page_js_begin[];
extern const char mayhem_page_js_end[];
extern const char mayhem_page_css_begin[];
extern const char mayhem_page_css_end[];
extern const char mayhem_page_icon_begin[];
extern const char mayhem_page_icon_end[];
extern const char mayhem_page_report_begin[];
extern const char mayhem_page_report_end[];
extern const char mayhem_page_policy_begin[];
extern const char mayhem_page_policy_end[];
}

namespace mayhem::app {

namespace {

std::string_view between(const char* begin, const char* end) noexcept {
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::span<const page_file> page_files() noexcept {
    static const std::array files{
        page_file{"/", "text/html; charset=utf-8", "The web page",
                  between(mayhem_page_html_begin, mayhem_page_html_end)},
        page_file{"/page/app.js", "text/javascript; charset=utf-8", "Its script",
                  between(mayhem_page_js_begin, mayhem_page_js_end)},
        page_file{"/page/app.css", "text/css; charset=utf-8", "Its style",
                  between(mayhem_page_css_begin, mayhem_page_css_end)},
        page_file{"/page/icon.svg", "image/svg+xml", "Its icon", between(mayhem_page_icon_begin, mayhem_page_icon_end)},
    };
    return files;
}

const report_files& files_of_report() noexcept {
    static const report_files files{
        .script = between(mayhem_page_report_begin, mayhem_page_report_end),
        .style = between(mayhem_page_css_begin, mayhem_page_css_end),
        .policy = between(mayhem_page_policy_begin, mayhem_page_policy_end),
    };
    return files;
}

}  // namespace mayhem::app
