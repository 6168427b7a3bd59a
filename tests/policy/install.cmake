# Installs the built tree into a folder of its own, then configures, builds and runs consumer/ against it: another program that
# says find_package(mayhem). Also asks the installed program for its version.
cmake_minimum_required(VERSION 3.25)
function(run what)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${what} failed (${status}):\n${text}")
    endif()
    set(output "${text}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run("Installing" ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)

run("Configuring the consumer" ${CMAKE_COMMAND} -G ${GENERATOR} -S ${CONSUMER} -B ${WORK}/build
    -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_BUILD_TYPE=${CONFIG})
run("Building the consumer" ${CMAKE_COMMAND} --build ${WORK}/build)
run("Running the consumer" ${WORK}/build/consumer)
if(NOT output MATCHES "slept a day and drew [0-9a-f-]+")
    message(FATAL_ERROR "The consumer printed:\n${output}")
endif()

run("The installed program" ${WORK}/prefix/bin/mayhem --version)
if(NOT output MATCHES "${VERSION}")
    message(FATAL_ERROR "mayhem --version printed, instead of ${VERSION}:\n${output}")
endif()
