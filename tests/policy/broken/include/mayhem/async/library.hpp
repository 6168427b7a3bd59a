#pragma once

#include <asio/io_context.hpp>
#include <spdlog/spdlog.h>
