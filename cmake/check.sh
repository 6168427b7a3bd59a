#!/usr/bin/env bash
# Builds everything in Release and runs all tests; exits with ctest's status, after a second try at what needs real components
# (second-try.sh) and a summary of what failed. Needs nothing but a clone of the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash cmake/install-packages.sh tests
cmake --preset release -DMAYHEM_BUILD_TESTS=ON -DMAYHEM_LTO_LINK=ON  # off in a folder that demo.sh made
cmake --build --preset release
rm -f build/release/Testing/Temporary/LastTestsFailed.log  # of an earlier run
status=0
ctest --preset release --parallel "$(nproc)" || status=$?
if ((status != 0)); then
    status=0
    bash cmake/second-try.sh build/release || status=$?
fi
exit "$status"
