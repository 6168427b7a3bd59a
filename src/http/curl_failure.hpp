#pragma once

#include <curl/curl.h>

#include "http/request.hpp"
#include "http/request_failed.hpp"

namespace mayhem::http {

/// What curl's `code` means to whoever sent `r` by `easy`. `own_words` is what curl wrote into its CURLOPT_ERRORBUFFER;
/// it may be empty, and is not quoted for a request with an alias, because the URL may stand in it.
request_failed explain(const request& r, CURL* easy, CURLcode code, const char* own_words);

}  // namespace mayhem::http
